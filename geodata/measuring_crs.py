"""Areas and lengths: the CRS to measure in around a place, and what is measured in it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyproj
import shapely

from geodata.crs import STORED_EPSG, transformer
from geodata.settings import settings

MU_PER_KM2 = 1500.0
"""1 km² is 1 500 亩."""

_UTM_NORTH = 32600
_UTM_SOUTH = 32700
_BEYOND_DEG = 3.0


@cache
def measuring_epsg(lon: float, lat: float) -> int:
    """The CRS to measure in around a place: the installation's, or the UTM zone where that means nothing.

    Farther away from its area of use the installation's CRS distorts, and in the end has no result at all.

    Parameters
    ----------
    lon
        Longitude of the place in degrees of EPSG:4490.
    lat
        Latitude of the place in degrees.

    Returns
    -------
    epsg
        Code of a projected CRS in metres; ``GRID_MEASURE_EPSG`` inside its area of use and three degrees around it,
        both ends included.
    """
    own = settings().measure_epsg
    area = pyproj.CRS.from_epsg(own).area_of_use
    if area is None or (
        area.west - _BEYOND_DEG <= lon <= area.east + _BEYOND_DEG
        and area.south - _BEYOND_DEG <= lat <= area.north + _BEYOND_DEG
    ):
        return own
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (_UTM_SOUTH if lat < 0 else _UTM_NORTH) + zone


def measuring_epsg_of(geometry: Any) -> int:
    """The CRS to measure EPSG:4490 geometry in, by the middle of its extent.

    Parameters
    ----------
    geometry
        One Shapely geometry or an array of shape (n,), EPSG:4490, degrees, longitude first.

    Returns
    -------
    epsg
        Code for the middle of the whole extent, rounded to 0.1 degree; the installation's when all is empty.
    """
    west, south, east, north = shapely.total_bounds(geometry)
    if np.isnan(west):
        return settings().measure_epsg
    return measuring_epsg(round((west + east) / 2, 1), round((south + north) / 2, 1))


def to_measure(geometry: Any) -> Any:
    """EPSG:4490 geometry in the metres of the CRS to measure it in.

    Parameters
    ----------
    geometry
        One Shapely geometry or an array of shape (n,), EPSG:4490, degrees, longitude first.

    Returns
    -------
    geometry
        The same in metres of ``measuring_epsg_of``: one CRS for the whole array, x east first.
    """
    metres = transformer(STORED_EPSG, measuring_epsg_of(geometry))
    return shapely.transform(geometry, lambda points: np.column_stack(metres.transform(points[:, 0], points[:, 1])))


def area_km2(geometry: Any) -> Any:
    """Area in km², planar, computed in the measuring CRS.

    Parameters
    ----------
    geometry
        One polygon or an array of shape (n,), EPSG:4490, degrees, longitude first.

    Returns
    -------
    area
        Area in km², a float or an array as given; empty, a point or a line 0, None NaN. Planar, in
        ``measuring_epsg_of``.
    """
    return shapely.area(to_measure(geometry)) / 1e6


def area_mu(geometry: Any) -> Any:
    """Area in 亩 (1 km² = 1 500 亩), planar, computed in the measuring CRS.

    Parameters
    ----------
    geometry
        One polygon or an array of shape (n,), EPSG:4490, degrees, longitude first.

    Returns
    -------
    area
        Area in 亩, a float or an array as given; empty 0, None NaN. Planar, in
        ``measuring_epsg_of``.
    """
    return area_km2(geometry) * MU_PER_KM2


def length_m(geometry: Any) -> Any:
    """Length in metres, planar, computed in the measuring CRS.

    Parameters
    ----------
    geometry
        One line or polygon (its outline) or an array of shape (n,), EPSG:4490, degrees, longitude first.

    Returns
    -------
    length
        Metres, a float or an array as given; empty or a point 0, None NaN. Planar, in ``measuring_epsg_of``.
    """
    return shapely.length(to_measure(geometry))
