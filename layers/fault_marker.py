"""One fault of the grid on the map: its outline, and a circle around it that is seen however small the fault is."""

from __future__ import annotations

from math import cos, radians

import plotly.graph_objects as go
import shapely
from shapely.geometry.base import BaseGeometry

from layers.lines import line_trace
from layers.palette import Theme
from layers.symbols.hatch import path_of

AROUND_POINT, AROUND_SHAPE = 0.006, 0.002
"""Degrees of land shown around a fault at least, to each side: some 600 m around a point, 200 m around a shape."""

_CIRCLE = 0.3
"""The circle's radius, in parts of the land shown around the fault."""


def bounds_around(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """The bounds of a fault and its surroundings.

    Parameters
    ----------
    shape
        The fault's outline or point, not empty; degrees, EPSG:4490.

    Returns
    -------
    bounds
        West, south, east, north in degrees: half its size more on each side, and never less than ``AROUND_POINT`` or
        ``AROUND_SHAPE``.
    """
    west, south, east, north = (float(bound) for bound in shape.bounds)
    least = AROUND_POINT if shape.geom_type == "Point" else AROUND_SHAPE
    wide, tall = max((east - west) * 0.5, least), max((north - south) * 0.5, least)
    return west - wide, south - tall, east + wide, north + tall


def spot_traces(
    shape: BaseGeometry | None, theme: Theme, *, below: str, scale: float = 1
) -> tuple[go.Scattermap, go.Scattermap]:
    """The fault's line in the colour of danger over a light one.

    Parameters
    ----------
    shape
        The fault's outline or point, degrees, EPSG:4490; None gives two empty traces.
    theme
        Gives both colours.
    below
        Id of the style layer they lie under.
    scale
        Factor of the lines' widths, 7 and 3 px; 1, or 1.67 on a projector.

    Returns
    -------
    light, danger
        The lines in the order they are drawn in.
    """
    lon, lat = ([], []) if shape is None else path_of([_circle(shape), *shapely.get_parts(shape)])
    light = line_trace("spot-light", lon, lat, theme.card, 7 * scale, below)
    return light, line_trace("spot", lon, lat, theme.danger, 3 * scale, below)


def _circle(shape: BaseGeometry) -> BaseGeometry:
    west, south, east, north = bounds_around(shape)
    middle = shapely.point_on_surface(shape)
    drawn = shapely.Point(0, 0).buffer(min(east - west, north - south) / 2 * _CIRCLE, quad_segs=16)
    # a degree of longitude is shorter than one of latitude
    stretch = 1 / max(cos(radians(middle.y)), 0.1)
    return shapely.transform(drawn, lambda xy: xy * [stretch, 1] + [middle.x, middle.y])
