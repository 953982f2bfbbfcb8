"""网格健康: share of grids with a fault; each single grid shows its gravest (vacant, overloaded, untrained, silent)."""

from geodata.words.health_words import HealthState
from layers.layer import Layer, PointRule

LAYER = Layer(
    key="health",
    order=5,
    indicator="grid_healthy",
    ramp="health",
    better="lower",
    breaks=(0.1, 0.25, 0.5),
    points=PointRule.TRADING,
    complement=True,
    grades=tuple(HealthState),
)
