"""检测不合格: share of finally judged quantitative samples that failed; rapid tests stand beside (domain §11.4)."""

from layers.layer import Layer, PointRule

LAYER = Layer(
    key="failures",
    order=3,
    indicator="quantitative_pass",
    ramp="failures",
    better="lower",
    breaks=(0.005, 0.02, 0.05),
    points=PointRule.FAILED,
    complement=True,
    beside="rapid_pass",
)
