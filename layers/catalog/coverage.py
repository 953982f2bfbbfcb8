"""覆盖: share of active subjects patrolled in the period (domain §11.1)."""

from layers.layer import Layer, PointRule

LAYER = Layer(
    key="coverage",
    order=1,
    indicator="patrol_coverage",
    ramp="coverage",
    better="higher",
    breaks=(0.6, 0.8, 0.95),
    points=PointRule.COVERED,
)
