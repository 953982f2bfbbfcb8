"""The datums of office files (CGCS2000, WGS84, GCJ-02, BD-09) and their conversion.

Coordinates are always (longitude, latitude) in degrees. CGCS2000 and WGS84 differ by centimetres and are taken as one
frame here (domain §8). GCJ-02 and BD-09 have published forward formulas only; their inverses are found by iteration.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from geodata.datum_formulas import FORWARD, Degrees, Pair, invert_datum
from geodata.errors import UserError
from geodata.vocabulary import Datum

STORED_EPSG = 4490
"""Storage CRS of every geometry: CGCS2000 geographic."""


# PROJ would fetch the grids of a conversion where the environment says PROJ_NETWORK=ON
set_network_enabled(active=False)


def to_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """CGCS2000 degrees of points declared in ``datum``, exact to well under 0.1 m.

    Parameters
    ----------
    lon
        Longitudes in degrees, a number or an array of shape (n,); NaN stays NaN.
    lat
        Latitudes in degrees, of the same shape; NaN stays NaN.
    datum
        The frame the coordinates are declared in; CGCS2000 and WGS84 are taken as one (domain §8).

    Returns
    -------
    lon, lat
        Two arrays of shape (n,), at least one dimension: degrees in CGCS2000 (EPSG:4490), longitude first.
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    forward = FORWARD.get(Datum(datum))
    return (
        invert_datum(forward, np.atleast_1d(x), np.atleast_1d(y)) if forward else (np.atleast_1d(x), np.atleast_1d(y))
    )


def from_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Degrees in ``datum`` of CGCS2000 points.

    Parameters
    ----------
    lon
        Longitudes in degrees, a number or an array of shape (n,); NaN stays NaN.
    lat
        Latitudes in degrees, of the same shape; NaN stays NaN.
    datum
        The frame wanted.

    Returns
    -------
    lon, lat
        Two arrays of shape (n,), at least one dimension: degrees in ``datum``, longitude first.
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    forward = FORWARD.get(Datum(datum))
    return forward(x, y) if forward else (x, y)


def convert_datum(lon: npt.ArrayLike, lat: npt.ArrayLike, source: Datum, target: Datum) -> Pair:
    """Degrees in ``target`` of points declared in ``source``.

    Parameters
    ----------
    lon
        Longitudes in degrees, a number or an array of shape (n,); NaN stays NaN.
    lat
        Latitudes in degrees, of the same shape; NaN stays NaN.
    source
        The frame the coordinates are declared in.
    target
        The frame wanted; equal to ``source`` nothing is computed.

    Returns
    -------
    lon, lat
        Two arrays of shape (n,), at least one dimension: degrees in ``target``, longitude first.
    """
    if source == target:
        return np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    return from_cgcs2000(*to_cgcs2000(lon, lat, source), target)


def convert_geometry(geometry: Any, source: Datum, target: Datum = Datum.CGCS2000) -> Any:
    """Shapely geometry moved from one datum to another, vertex by vertex.

    Parameters
    ----------
    geometry
        One Shapely geometry or an array of shape (n,), degrees, longitude first.
    source
        The frame its coordinates are declared in.
    target
        The frame wanted; CGCS2000, the stored one, unless said.

    Returns
    -------
    geometry
        Of the shape given, in ``target``; edges stay straight between the moved vertices, a z is lost.
    """

    def move(points: Degrees) -> Degrees:
        return np.column_stack(convert_datum(points[:, 0], points[:, 1], source, target))

    return shapely.transform(geometry, move)


@cache
def transformer(from_epsg: int, to_epsg: int) -> pyproj.Transformer:
    """Way from one CRS of the EPSG register to another, which asks no other machine for grids.

    Parameters
    ----------
    from_epsg
        Code of the EPSG register that coordinates come in.
    to_epsg
        Code they go to.

    Returns
    -------
    transformer
        Takes and gives x east or longitude first, whatever order the register has for the CRS.

    Raises
    ------
    CRSError
        The register has no such code (pyproj's own error; ``to_wgs84`` tells it to a person).
    """
    return pyproj.Transformer.from_crs(from_epsg, to_epsg, always_xy=True)


def unproject_geometry(geometry: Any, crs: pyproj.CRS) -> Any:
    """Geometry in metres of a projected CRS in degrees of its own geographic base: no change of datum.

    Parameters
    ----------
    geometry
        One Shapely geometry or an array of shape (n,), in ``crs``, x east first.
    crs
        The CRS it is in.

    Returns
    -------
    geometry
        Degrees, longitude first, in the datum of ``crs``; returned as given when ``crs`` is not projected.
    """
    if not crs.is_projected or crs.geodetic_crs is None:
        return geometry
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    return shapely.transform(geometry, lambda points: np.column_stack(to_degrees.transform(points[:, 0], points[:, 1])))


_WGS84_EPSG = 4326


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, epsg: int) -> Pair:
    """WGS84 degrees of points in any CRS of the EPSG register, its datum converted too.

    Without correction grids, which are not fetched, a national datum is met within a few metres.

    Parameters
    ----------
    x
        Eastings or longitudes in the unit of the CRS, a number or an array.
    y
        Northings or latitudes, of the same shape.
    epsg
        Code of the CRS in the EPSG register.

    Returns
    -------
    lon, lat
        Degrees in WGS84 (EPSG:4326), longitude first, of the shape given; infinite where the CRS has no answer.

    Raises
    ------
    UserError
        The register has no such code.
    """
    lon, lat = _by_register(epsg).transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(lon), np.asarray(lat)


def geometry_to_wgs84(geometry: Any, epsg: int) -> Any:
    """Shapely geometry of any CRS in WGS84 degrees; see ``to_wgs84``.

    Parameters
    ----------
    geometry
        One Shapely geometry or an array of shape (n,), in the CRS of ``epsg``, x east first.
    epsg
        Code of that CRS in the EPSG register.

    Returns
    -------
    geometry
        WGS84 degrees, longitude first, in two dimensions.

    Raises
    ------
    UserError
        The register has no such code.
    """
    return shapely.transform(
        shapely.force_2d(geometry), lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], epsg))
    )


def _by_register(epsg: int) -> pyproj.Transformer:
    try:
        return transformer(epsg, _WGS84_EPSG)
    except CRSError:
        raise UserError("error.no_such_epsg", epsg=epsg) from None
