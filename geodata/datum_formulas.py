"""The published formulas of GCJ-02 and BD-09, forward, and their inverse by iteration; degrees, longitude first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geodata.vocabulary import Datum

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


def invert_datum(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The point whose ``forward`` image is (lon, lat), by fixed-point iteration (the shift varies slowly).

    Parameters
    ----------
    forward
        One of the formulas above.
    lon
        Longitudes in degrees of the shifted frame, shape (n,); NaN stays NaN.
    lat
        Latitudes in degrees, of the same shape; NaN stays NaN.

    Returns
    -------
    lon, lat
        Degrees before the shift, shape (n,); exact to 1e-9 degree unless fifty rounds did not do.
    """
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(_MOST_ROUNDS):
        seen_lon, seen_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - seen_lon, lat - seen_lat
        guess_lon, guess_lat = guess_lon + miss_lon, guess_lat + miss_lat
        worst = np.nanmax(np.maximum(np.abs(miss_lon), np.abs(miss_lat)), initial=0.0)
        if worst < _CLOSE_ENOUGH_DEG:
            break
    return guess_lon, guess_lat


FORWARD: dict[Datum, Callable[[Degrees, Degrees], Pair]] = {Datum.GCJ02: _to_gcj02, Datum.BD09: _to_bd09}
