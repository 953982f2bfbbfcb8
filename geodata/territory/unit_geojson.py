"""Units as GeoJSON for a map, with bounds, simplified to what a screen can show."""

from __future__ import annotations

from datetime import date
from hashlib import blake2s

import shapely
from sqlalchemy import Connection

from geodata.levels import Level
from geodata.territory.units import unit_shapes

Bounds = tuple[float, float, float, float]


SIMPLIFY_M = 15.0
"""Detail of the shapes on screen: less than a pixel at the closest zoom a village is looked at."""


def unit_geojson(db: Connection, level: Level, day: date, within: str | None = None) -> tuple[bytes, str]:
    """The shapes of a level in force on a day as GeoJSON, and a digest of them.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        The level wanted.
    day
        The day, inclusive.
    within
        Code of a unit, itself included; None: everywhere.

    Returns
    -------
    body, digest
        UTF-8 GeoJSON in EPSG:4490 degrees, outer rings clockwise, ``properties`` with code, name, kind, parent_code and
        schematic; and 16 hex digits that change with it. Simplified by ``SIMPLIFY_M``; units without a shape left out.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    frame = unit_shapes(db, level, day, within, simplify_m=SIMPLIFY_M)
    kept = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    # Clockwise, as Plotly's SVG maps read a ring; the other way round it is the rest of the world.
    kept = kept.set_geometry(shapely.orient_polygons(kept.geometry.array, exterior_cw=True))
    columns = [name for name in ("code", "name", "kind", "parent_code", "schematic") if name in kept.columns]
    body = kept[[*columns, kept.geometry.name]].to_json(drop_id=True, show_bbox=False, separators=(",", ":")).encode()
    return body, blake2s(body, digest_size=8).hexdigest()


def unit_bounds(db: Connection, level: Level, day: date) -> dict[str, Bounds]:
    """The extent of every unit of a level that has a shape.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        The level wanted.
    day
        The day, inclusive.

    Returns
    -------
    bounds
        Per code (west, south, east, north) in degrees of EPSG:4490; units without a shape are left out.
    """
    frame = unit_shapes(db, level, day, simplify_m=SIMPLIFY_M)
    kept = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    rows = zip(kept["code"], kept.geometry.bounds.itertuples(index=False), strict=True)
    return {str(code): (row[0], row[1], row[2], row[3]) for code, row in rows}


def has_schematic(db: Connection, level: Level, day: date) -> bool:
    """Whether any shape of a level is only a sketch.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        The level asked about.
    day
        The day, inclusive.

    Returns
    -------
    schematic
        False when no unit of the level has a shape.
    """
    frame = unit_shapes(db, level, day, simplify_m=SIMPLIFY_M)
    return bool(frame["schematic"].any())
