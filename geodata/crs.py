"""The datums of office files (CGCS2000, WGS84, GCJ-02, BD-09), their conversion, and areas in the measuring CRS.

Coordinates are always (longitude, latitude) in degrees. CGCS2000 and WGS84 differ by centimetres and are taken as one
frame here (domain §8). GCJ-02 and BD-09 have published forward formulas only; their inverses are found by iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from geodata.errors import UserError
from geodata.settings import settings
from geodata.vocabulary import Datum

STORED_EPSG = 4490
"""Storage CRS of every geometry: CGCS2000 geographic."""

MU_PER_KM2 = 1500.0
"""1 km² is 1 500 亩."""

Degrees = npt.NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

# Krassovsky 1940, the ellipsoid inside the published GCJ-02 formula
_KRASSOVSKY_A = 6378245.0
_KRASSOVSKY_EE = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
# the formula applies only inside this box; outside, GCJ-02 equals WGS84
_GCJ_BOX = (72.004, 0.8293, 137.8347, 55.8271)
# 1e-9 degree is a tenth of a millimetre: far below the 0.1 m asked of the inverse
_CLOSE_ENOUGH_DEG = 1e-9
_MOST_ROUNDS = 50

# PROJ would fetch the grids of a conversion where the environment says PROJ_NETWORK=ON
set_network_enabled(active=False)


def _waves(x: Degrees, *parts: tuple[float, float]) -> Degrees:
    total: Degrees = sum((size * np.sin(x * np.pi / period) for size, period in parts), start=np.zeros_like(x)) * (
        2.0 / 3.0
    )
    return total


def _gcj02_offset(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * (2.0 / 3.0)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    phi = np.radians(lat)
    magic = 1.0 - _KRASSOVSKY_EE * np.sin(phi) ** 2
    meridian = _KRASSOVSKY_A * (1.0 - _KRASSOVSKY_EE) / (magic * np.sqrt(magic))
    parallel = _KRASSOVSKY_A / np.sqrt(magic) * np.cos(phi)
    west_x, south_y, east_x, north_y = _GCJ_BOX
    inside = (lon >= west_x) & (lon <= east_x) & (lat >= south_y) & (lat <= north_y)
    return np.where(inside, np.degrees(east / parallel), 0.0), np.where(inside, np.degrees(north / meridian), 0.0)


def _to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    return _gcj02_to_bd09(*_to_gcj02(lon, lat))


def _inverse(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The point whose ``forward`` image is (lon, lat), by fixed-point iteration (the shift varies slowly)."""
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(_MOST_ROUNDS):
        seen_lon, seen_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - seen_lon, lat - seen_lat
        guess_lon, guess_lat = guess_lon + miss_lon, guess_lat + miss_lat
        worst = np.nanmax(np.maximum(np.abs(miss_lon), np.abs(miss_lat)), initial=0.0)
        if worst < _CLOSE_ENOUGH_DEG:
            break
    return guess_lon, guess_lat


_FORWARD: dict[Datum, Callable[[Degrees, Degrees], Pair]] = {Datum.GCJ02: _to_gcj02, Datum.BD09: _to_bd09}


def to_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """CGCS2000 degrees of points declared in ``datum``; NaN stays NaN. Exact to well under 0.1 m."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    forward = _FORWARD.get(Datum(datum))
    return _inverse(forward, np.atleast_1d(x), np.atleast_1d(y)) if forward else (np.atleast_1d(x), np.atleast_1d(y))


def from_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Degrees in ``datum`` of CGCS2000 points; NaN stays NaN."""
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    forward = _FORWARD.get(Datum(datum))
    return forward(x, y) if forward else (x, y)


def convert(lon: npt.ArrayLike, lat: npt.ArrayLike, source: Datum, target: Datum) -> Pair:
    """Degrees in ``target`` of points declared in ``source``; arrays of at least one dimension."""
    if source == target:
        return np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    return from_cgcs2000(*to_cgcs2000(lon, lat, source), target)


def convert_geometry(geometry: Any, source: Datum, target: Datum = Datum.CGCS2000) -> Any:
    """A Shapely geometry (or an array of them) moved from one datum to another, vertex by vertex."""

    def move(points: Degrees) -> Degrees:
        return np.column_stack(convert(points[:, 0], points[:, 1], source, target))

    return shapely.transform(geometry, move)


@cache
def transformer(from_epsg: int, to_epsg: int) -> pyproj.Transformer:
    """From one CRS of the EPSG register to another, x east or longitude first; it asks no other machine for grids."""
    return pyproj.Transformer.from_crs(from_epsg, to_epsg, always_xy=True)


def unproject(geometry: Any, crs: pyproj.CRS) -> Any:
    """Geometry in metres of a projected ``crs`` → degrees of that CRS's own geographic base (no change of datum)."""
    if not crs.is_projected or crs.geodetic_crs is None:
        return geometry
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    return shapely.transform(geometry, lambda points: np.column_stack(to_degrees.transform(points[:, 0], points[:, 1])))


_WGS84_EPSG = 4326
_UTM_NORTH, _UTM_SOUTH = 32600, 32700
_BEYOND_DEG = 3.0


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, epsg: int) -> Pair:
    """WGS84 degrees of points in any CRS of the EPSG register (x east or longitude first); its datum is converted too.

    Without correction grids, which are not fetched, a national datum is met within a few metres.

    Raises
    ------
    UserError
        The register has no such code.
    """
    lon, lat = _by_register(epsg).transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(lon), np.asarray(lat)


def geometry_to_wgs84(geometry: Any, epsg: int) -> Any:
    """Shapely geometry (or an array of it) in the CRS of ``epsg`` → WGS84 degrees; see ``to_wgs84``."""
    return shapely.transform(
        shapely.force_2d(geometry), lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], epsg))
    )


def _by_register(epsg: int) -> pyproj.Transformer:
    try:
        return transformer(epsg, _WGS84_EPSG)
    except CRSError:
        raise UserError("error.no_such_epsg", epsg=epsg) from None


@cache
def measuring_epsg(lon: float, lat: float) -> int:
    """The CRS to measure in around a place in degrees: the installation's, and where that means nothing the UTM zone.

    ``GRID_MEASURE_EPSG`` serves its area of use and three degrees beyond; farther away it distorts, and in the end has
    no result at all.
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
    """The CRS to measure EPSG:4490 geometry (or an array of it) in, by the middle of its extent."""
    west, south, east, north = shapely.total_bounds(geometry)
    if np.isnan(west):
        return settings().measure_epsg
    return measuring_epsg(round((west + east) / 2, 1), round((south + north) / 2, 1))


def to_measure(geometry: Any) -> Any:
    """EPSG:4490 geometry → the CRS to measure it in (``measuring_epsg``), in metres."""
    metres = transformer(STORED_EPSG, measuring_epsg_of(geometry))
    return shapely.transform(geometry, lambda points: np.column_stack(metres.transform(points[:, 0], points[:, 1])))


def area_km2(geometry: Any) -> Any:
    """Area in km² of EPSG:4490 geometry, computed in the measuring CRS (a float, or an array for an array)."""
    return shapely.area(to_measure(geometry)) / 1e6


def area_mu(geometry: Any) -> Any:
    """Area in 亩 of EPSG:4490 geometry, computed in the measuring CRS."""
    return area_km2(geometry) * MU_PER_KM2
