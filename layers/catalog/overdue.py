"""逾期: share of active subjects whose patrol is past its due date (domain §11.3)."""

from layers.layer import Layer, PointRule

LAYER = Layer(
    key="overdue",
    order=2,
    indicator="overdue",
    ramp="overdue",
    better="lower",
    breaks=(0.05, 0.15, 0.3),
    points=PointRule.DUE,
)
