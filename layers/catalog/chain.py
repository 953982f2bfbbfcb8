"""责任链: share of subjects with all four levels named that day; units with a vacant post are marked (domain §11.7)."""

from layers.layer import Layer, PointRule

LAYER = Layer(
    key="chain",
    order=4,
    indicator="chain_complete",
    ramp="chain",
    better="higher",
    breaks=(0.8, 0.95, 1.0),
    points=PointRule.CHAIN,
    mark="posts_filled",
)
