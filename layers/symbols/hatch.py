"""Hatch lines cut to polygons, for surfaces that know no fill pattern."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

Path = tuple[list[float | None], list[float | None]]


def hatch_path(polygons: Iterable[BaseGeometry], spacing: float) -> Path:
    """Slanting lines inside polygons.

    Lines lie on one grid over all polygons, so that neighbours are hatched alike.

    Parameters
    ----------
    polygons
        Degrees, EPSG:4490; None and empty ones are passed over.
    spacing
        From one line to the next, in degrees of longitude, above 0.

    Returns
    -------
    lon, lat
        Degrees, rounded to 5 decimals; ``None`` ends every stroke; both empty for no polygons.
    """
    shapes = [shape for shape in polygons if shape is not None and not shape.is_empty]
    if not shapes:
        return [], []
    west, south, east, north = shapely.union_all(shapes).bounds
    slope = 1 / cos(radians((south + north) / 2))
    reach = (north - south) * slope
    starts = np.arange(np.floor((west - reach) / spacing), np.ceil(east / spacing) + 1) * spacing
    ends = np.stack([np.full_like(starts, south), np.full_like(starts, north)], axis=1)
    lines = shapely.linestrings(np.stack([np.stack([starts, starts + reach], axis=1), ends], axis=2))
    strokes = [np.asarray(shapely.intersection(lines, shape)) for shape in shapes]
    return path_of([stroke for cut in strokes for stroke in cut])


def path_of(shapes: Iterable[BaseGeometry]) -> Path:
    """Longitudes and latitudes of lines, or of the borders of polygons.

    Parameters
    ----------
    shapes
        Lines, polygons or several of them, degrees; what has no line (a point, an empty shape) is passed over.

    Returns
    -------
    lon, lat
        Degrees, rounded to 5 decimals (a metre); ``None`` after each line.
    """
    lon: list[float | None] = []
    lat: list[float | None] = []
    for shape in shapes:
        for line in shapely.get_parts(shape.boundary if shape.geom_type.endswith("Polygon") else shape):
            if line.geom_type == "LineString" and not line.is_empty:
                lon += [round(float(x), 5) for x, _ in line.coords]
                lat += [round(float(y), 5) for _, y in line.coords]
                lon.append(None)
                lat.append(None)
    return lon, lat
