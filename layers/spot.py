"""One fault of the grid on the map: its outline, and a circle around it that is seen however small the fault is."""

from __future__ import annotations

from math import cos, radians

import plotly.graph_objects as go
import shapely
from shapely.geometry.base import BaseGeometry

from layers.palette import Theme

AROUND_POINT, AROUND_SHAPE = 0.006, 0.002
"""Degrees of land shown around a fault at least, to each side: some 600 m around a point, 200 m around a shape."""

_CIRCLE = 0.3
"""The circle's radius, in parts of the land shown around the fault."""


def around(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """West, south, east and north (degrees) of a fault and its surroundings."""
    west, south, east, north = (float(bound) for bound in shape.bounds)
    least = AROUND_POINT if shape.geom_type == "Point" else AROUND_SHAPE
    wide, tall = max((east - west) * 0.5, least), max((north - south) * 0.5, least)
    return west - wide, south - tall, east + wide, north + tall


def spot_traces(
    shape: BaseGeometry | None, theme: Theme, *, below: str, scale: float = 1
) -> tuple[go.Scattermap, go.Scattermap]:
    """The fault's line in the colour of danger over a light one, light first; two empty traces for no fault.

    ``shape`` in degrees, EPSG:4490.
    """
    lon, lat = _path(shape)
    light, strong = (
        go.Scattermap(
            uid=uid,
            lon=lon,
            lat=lat,
            mode="lines",
            below=below,
            hoverinfo="skip",
            showlegend=False,
            line={"width": width * scale, "color": colour},
        )
        for uid, width, colour in (("spot-light", 7, theme.card), ("spot", 3, theme.danger))
    )
    return light, strong


def _path(shape: BaseGeometry | None) -> tuple[list[float | None], list[float | None]]:
    """The circle, then the rings and lines of the shape one after the other, ``None`` between them."""
    lon: list[float | None] = []
    lat: list[float | None] = []
    if shape is None:
        return lon, lat
    for line in (_circle(shape), *_lines(shape)):
        lon += [*(float(x) for x in line.xy[0]), None]
        lat += [*(float(y) for y in line.xy[1]), None]
    return lon, lat


def _circle(shape: BaseGeometry) -> BaseGeometry:
    west, south, east, north = around(shape)
    middle = shapely.point_on_surface(shape)
    drawn = shapely.Point(0, 0).buffer(min(east - west, north - south) / 2 * _CIRCLE, quad_segs=16).exterior
    # a degree of longitude is shorter than one of latitude
    stretch = 1 / max(cos(radians(middle.y)), 0.1)
    return shapely.transform(drawn, lambda xy: xy * [stretch, 1] + [middle.x, middle.y])


def _lines(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type != "Point"]
    return [
        line for part in parts for line in (shapely.get_parts(part.boundary) if part.geom_type == "Polygon" else [part])
    ]
