"""检测不合格: share of quantitative samples with a final result that failed; rapid tests stand beside it (domain §11.4)."""

from layers.layer import Layer, PointRule

LAYER = Layer(
    key="failures",
    order=3,
    indicator="quantitative_pass",
    ramp="failures",
    better="lower",
    breaks=(0.01, 0.05, 0.1),
    points=PointRule.FAILED,
    complement=True,
    beside="rapid_pass",
)
