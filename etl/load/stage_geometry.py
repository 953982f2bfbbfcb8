"""Points and polygons of a chunk: checked, moved once from their declared datum, their original kept beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from etl.kinds.fault import Fault
from etl.load.parse_cells import Parsed
from geodata.crs import STORED_EPSG, convert_geometry, to_cgcs2000, unproject_geometry
from geodata.vocabulary import Datum

Geometries = npt.NDArray[Any]


def in_degrees(geometry: Geometries, crs: str | None) -> Geometries:
    """Plane geometry in degrees: a projected CRS the file names is undone, its datum is not touched.

    Parameters
    ----------
    geometry
        Shapely geometries or None, shape (n,).
    crs
        What the file claims, as WKT or ``EPSG:…``; None, or one that cannot be understood: the numbers are degrees.

    Returns
    -------
    geometry
        Shape (n,), two dimensions, longitude first, in the datum the file is in.
    """
    flat = shapely.force_2d(geometry)
    try:
        claimed = pyproj.CRS.from_user_input(crs) if crs else None
    except CRSError:
        claimed = None
    return np.asarray(unproject_geometry(flat, claimed) if claimed is not None else flat, dtype=object)


def _hex(geometry: Geometries, srid: int) -> npt.NDArray[np.object_]:
    found = np.asarray(shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True), dtype=object)
    found[np.asarray(shapely.is_missing(geometry))] = None
    return found


def _beyond_degrees(geometry: Geometries) -> npt.NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(geometry).T
    with np.errstate(invalid="ignore"):
        return np.asarray((west < -180) | (south < -90) | (east > 180) | (north > 90))


def stage_polygons(parsed: Parsed, geometry: Geometries, crs: str | None, datum: Datum) -> Parsed:
    """Add ``geom`` (MultiPolygon, EPSG:4490), ``source_geom`` (as declared, SRID 0) and ``source_datum`` to the frame.

    A row without geometry gets none; a self-crossing or otherwise invalid polygon is a fault, never mended by itself.

    Parameters
    ----------
    parsed
        Rows of a kind of units.
    geometry
        Their shapes (None: none), shape (n,) in the order of the rows.
    crs
        What the file claims; a projection is undone, a datum is not believed.
    datum
        The declared datum.

    Returns
    -------
    parsed
        Geometry as hex EWKB; faults ``not_a_polygon``, ``not_degrees`` and ``not_valid`` behind the others.
    """
    rows = np.asarray(parsed.frame.index)
    shapes = in_degrees(geometry, crs)
    shapes[np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))] = None
    faults = list(parsed.faults)

    def refuse(bad: npt.NDArray[np.bool_], key: str, detail: Callable[[Any], str]) -> None:
        faults.extend(
            Fault(int(rows[at]), "geometry", "", key, detail(shapes[at])) for at in np.flatnonzero(bad).tolist()
        )
        shapes[bad] = None

    kinds = shapely.get_type_id(shapes)
    refuse(~np.isin(kinds, (-1, 3, 6)), "not_a_polygon", lambda shape: str(shape.geom_type))
    refuse(_beyond_degrees(shapes), "not_degrees", lambda shape: _place(shape))
    refuse(~np.asarray(shapely.is_valid(shapes) | shapely.is_missing(shapes)), "not_valid", shapely.is_valid_reason)
    singles = shapely.get_type_id(shapes) == 3
    shapes[singles] = [shapely.MultiPolygon([shape]) for shape in shapes[singles]]
    moved = np.asarray(convert_geometry(shapes, datum), dtype=object)
    refuse(~np.asarray(shapely.is_valid(moved) | shapely.is_missing(moved)), "not_valid", shapely.is_valid_reason)
    moved[np.asarray(shapely.is_missing(shapes))] = None
    there = [None if missing else datum.value for missing in shapely.is_missing(shapes)]
    declared = pd.Series(there, index=parsed.frame.index, dtype=object)
    frame = parsed.frame.assign(geom=_hex(moved, STORED_EPSG), source_geom=_hex(shapes, 0), source_datum=declared)
    return Parsed(frame, faults)


def _place(shape: Any) -> str:
    west, south, *_ = shape.bounds
    return f"{west:.6g}, {south:.6g}"


def point_columns(parsed: Parsed, geometry: Geometries, crs: str | None) -> Parsed:
    """Give the frame ``lon`` and ``lat`` from a spatial file's points.

    Parameters
    ----------
    parsed
        Rows without ``lon`` and ``lat``.
    geometry
        Their shapes (None: none), shape (n,) in the order of the rows.
    crs
        What the file claims; a projection is undone, a datum is not believed.

    Returns
    -------
    parsed
        Texts of degrees, None where there is no point; another shape is a fault.
    """
    shapes = in_degrees(geometry, crs)
    shapes[np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))] = None
    other = ~np.isin(shapely.get_type_id(shapes), (-1, 0))
    rows = np.asarray(parsed.frame.index)
    faults = [Fault(int(rows[at]), "geometry", "", "not_a_point", shapes[at].geom_type) for at in np.flatnonzero(other)]
    shapes[other] = None
    # repr is the shortest text that reads back as the same number
    lon = [None if np.isnan(x) else repr(float(x)) for x in shapely.get_x(shapes)]
    lat = [None if np.isnan(y) else repr(float(y)) for y in shapely.get_y(shapes)]
    index = parsed.frame.index
    written = {"lon": pd.Series(lon, index=index, dtype=object), "lat": pd.Series(lat, index=index, dtype=object)}
    return Parsed(parsed.frame.assign(**written), [*parsed.faults, *faults])


def stage_points(parsed: Parsed, datum: Datum | None) -> Parsed:
    """Add ``point`` (EPSG:4490), ``source_x``, ``source_y``, ``source_datum`` from lon, lat and each row's datum.

    ``datum`` is the file's declared one; a row's own cell goes before it. A row with a number and no datum is a fault.

    Parameters
    ----------
    parsed
        Rows whose ``lon`` and ``lat`` are texts of degrees (domain §11.9).
    datum
        The file's declared datum, None: none; a row's own cell goes before it.

    Returns
    -------
    parsed
        The point as hex EWKB, None where there is a fault; faults ``half_point``, ``point_zero``, ``point_swapped``,
        ``not_degrees`` and ``datum_missing`` behind the others.
    """
    frame = parsed.frame
    none = pd.Series(None, index=frame.index, dtype=object)
    lon, lat = frame.get("lon", none), frame.get("lat", none)
    declared = frame.get("datum", none)
    declared = declared.where(declared.notna(), datum.value if datum else None)
    x, y = lon.to_numpy(dtype=float, na_value=np.nan), lat.to_numpy(dtype=float, na_value=np.nan)
    has_x, has_y = ~np.isnan(x), ~np.isnan(y)
    unread = [each.row for each in parsed.faults if each.field in {"lon", "lat", "datum"}]
    spoilt = np.isin(np.asarray(frame.index), unread)
    # no latitude is beyond 90: in the east of China swapped numbers show by themselves
    swapped = (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90)
    wrong = {
        "half_point": ("lon", has_x != has_y),
        "point_zero": ("lon", (x == 0) & (y == 0)),
        "point_swapped": ("lon", swapped),
        "not_degrees": ("lon", ((np.abs(x) > 180) | (np.abs(y) > 90)) & ~swapped),
        "datum_missing": ("datum", has_x & has_y & declared.isna().to_numpy()),
    }
    faults = list(parsed.faults)
    good = has_x & has_y & ~spoilt
    for key, (field, bad) in wrong.items():
        faults += [
            Fault(int(frame.index[at]), field, f"{lon.iloc[at] or ''}, {lat.iloc[at] or ''}", key, "")
            for at in np.flatnonzero(bad & ~spoilt).tolist()
        ]
        good &= ~bad
    new_x, new_y = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    for each in Datum:
        chosen = good & (declared == each.value).to_numpy()
        if chosen.any():
            new_x[chosen], new_y[chosen] = to_cgcs2000(x[chosen], y[chosen], each)
    shapes = np.full(len(frame), None, dtype=object)
    shapes[good] = shapely.points(new_x[good], new_y[good])
    added = frame.assign(
        point=_hex(shapes, STORED_EPSG),
        source_x=lon.where(good, None),
        source_y=lat.where(good, None),
        source_datum=declared.where(good, None),
    )
    return Parsed(added, faults)
