"""The grid's tree and shapes as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, text

from geodata.levels import Level
from geodata.measuring_crs import measuring_epsg_of
from geodata.territory.ended_unit import unit_not_there
from geodata.vocabulary import UnitKind

_SUBTREE = """
WITH RECURSIVE subtree AS (
    SELECT code FROM grid.unit_on(:as_of) WHERE code = :within
    UNION ALL
    SELECT u.code FROM grid.unit_on(:as_of) AS u JOIN subtree ON u.parent_code = subtree.code
)
SELECT code FROM subtree
"""
_UPWARD = """
WITH RECURSIVE up AS (
    SELECT u.*, 0 AS step FROM grid.unit_on(:as_of) AS u WHERE code = :code
    UNION ALL
    SELECT u.*, up.step + 1 FROM grid.unit_on(:as_of) AS u JOIN up ON u.code = up.parent_code
)
SELECT code, name, level, kind, parent_code FROM up ORDER BY step DESC
"""


@dataclass(frozen=True)
class UnitRef:
    """A grid unit as it stood on a day."""

    code: str
    name: str
    level: Level
    kind: UnitKind
    parent_code: str | None


def unit_ancestry(db: Connection, code: str, as_of: date) -> list[UnitRef]:
    """The unit and all above it, root first, as they stood on a day.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    code
        Code of the unit.
    as_of
        The day, inclusive.

    Returns
    -------
    units
        From the root down to the unit itself, at least one.

    Raises
    ------
    NotFound
        The code was not in force on the day.
    """
    rows = db.execute(text(_UPWARD), {"as_of": as_of, "code": code}).all()
    if not rows:
        raise unit_not_there(db, code, as_of)
    return [UnitRef(row.code, row.name, Level(row.level), UnitKind(row.kind), row.parent_code) for row in rows]


def get_unit(db: Connection, code: str, as_of: date) -> UnitRef:
    """The unit as it stood on a day.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    code
        Code of the unit.
    as_of
        The day, inclusive.

    Returns
    -------
    unit
        With the name, kind and parent of that day.

    Raises
    ------
    NotFound
        The code was not in force on the day.
    """
    return unit_ancestry(db, code, as_of)[-1]


def root_units(db: Connection, as_of: date) -> list[UnitRef]:
    """The units of a day that have no parent and are seen.

    Parameters
    ----------
    db
        Connection; the roots above the own units are open to every role of the program.
    as_of
        The day, inclusive.

    Returns
    -------
    units
        By code; empty when no unit was in force.
    """
    sql = "SELECT code, name, level, kind FROM grid.unit_on(:as_of) WHERE parent_code IS NULL ORDER BY code"
    rows = db.execute(text(sql), {"as_of": as_of}).all()
    return [UnitRef(row.code, row.name, Level(row.level), UnitKind(row.kind), None) for row in rows]


def root_unit(db: Connection, as_of: date) -> UnitRef | None:
    """The one root of a day: what is meant where no unit is named.

    Parameters
    ----------
    db
        Connection; the roots above the own units are open to every role of the program.
    as_of
        The day, inclusive.

    Returns
    -------
    unit
        None when no unit was in force, and when there are several roots: then no unit is the whole.
    """
    roots = root_units(db, as_of)
    return roots[0] if len(roots) == 1 else None


def villages_of(db: Connection, within: str | None, as_of: date) -> list[str] | None:
    """Codes of a unit and of all below it on a day.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    within
        Code of the unit whose villages count; None: everywhere.
    as_of
        The day, inclusive.

    Returns
    -------
    codes
        The unit itself and all below it, of every level, in no order; None for everywhere, as ``within``.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    if within is None:
        return None
    codes = list(db.execute(text(_SUBTREE), {"as_of": as_of, "within": within}).scalars())
    if not codes:
        raise unit_not_there(db, within, as_of)
    return codes


def list_units(db: Connection, level: Level, as_of: date, within: str | None = None) -> pd.DataFrame:
    """Units of one level in force on a day.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        The level wanted.
    as_of
        The day, inclusive.
    within
        Code of a unit, itself included; None: everywhere.

    Returns
    -------
    units
        Index ``code``, ascending; columns ``name kind parent_code`` text, ``schematic has_geom`` bool. Units without a
        boundary are in.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    frame = pd.read_sql(
        text(
            "SELECT code, name, kind, parent_code, schematic, geom IS NOT NULL AS has_geom FROM grid.unit_on(:as_of)"
            " WHERE level = :level AND (CAST(:codes AS text[]) IS NULL OR code = ANY(:codes)) ORDER BY code"
        ),
        db,
        params={"as_of": as_of, "level": level.value, "codes": villages_of(db, within, as_of)},
    )
    return frame.set_index("code")


def unit_tree(db: Connection, as_of: date) -> pd.DataFrame:
    """Every lowest unit in force on a day, with the one above.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    as_of
        The day, inclusive.

    Returns
    -------
    tree
        Index ``village``, ascending; columns ``village_name town town_name``: the town is the unit right above, NULL
        for a root. A village whose parent was not in force is left out.
    """
    frame = pd.read_sql(
        text(
            "SELECT v.code AS village, v.name AS village_name, t.code AS town, t.name AS town_name"
            " FROM grid.unit_on(:as_of) AS v LEFT JOIN grid.unit_on(:as_of) AS t ON t.code = v.parent_code"
            " WHERE v.level = 'village' AND (t.code IS NOT NULL OR v.parent_code IS NULL) ORDER BY v.code"
        ),
        db,
        params={"as_of": as_of},
    )
    return frame.set_index("village")


def ancestors_at(db: Connection, level: Level, as_of: date) -> pd.Series:
    """The unit of one level above each lowest unit in force on a day: by it every number climbs.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        A level of units; the lowest gives each unit itself.
    as_of
        The day, inclusive.

    Returns
    -------
    codes
        Text, index ``village``; one that has no unit of the level above it on that day is left out.
    """
    rows = db.execute(
        text("SELECT village, code FROM grid.ancestor_on(:as_of) WHERE level = :level"),
        {"as_of": as_of, "level": level.value},
    ).all()
    return pd.Series(
        [row.code for row in rows], index=pd.Index([row.village for row in rows], name="village"), dtype=object
    )


def unit_shapes(
    db: Connection, level: Level, as_of: date, within: str | None = None, simplify_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Boundaries of one level in force on a day.

    Units without a boundary are left out here and counted by ``list_units`` (``has_geom``). When simplified, shared
    borders stay shared: ST_CoverageSimplify needs PostGIS 3.4, so the coverage is simplified by Shapely.

    Parameters
    ----------
    db
        Connection; units, their names and boundaries are open to every role of the program.
    level
        The level wanted.
    as_of
        The day, inclusive.
    within
        Code of a unit, itself included; None: everywhere.
    simplify_m
        Detail in metres that may be lost, measured in ``measuring_epsg_of`` the shapes; 0 keeps every vertex.

    Returns
    -------
    shapes
        EPSG:4490, degrees, longitude first, ordered by code; columns ``code name kind parent_code schematic geometry``,
        plain index.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    frame = gpd.read_postgis(
        text(
            "SELECT code, name, kind, parent_code, schematic, geom AS geometry FROM grid.unit_on(:as_of)"
            " WHERE level = :level AND geom IS NOT NULL"
            " AND (CAST(:codes AS text[]) IS NULL OR code = ANY(:codes)) ORDER BY code"
        ),
        db,
        geom_col="geometry",
        crs="EPSG:4490",
        params={"as_of": as_of, "level": level.value, "codes": villages_of(db, within, as_of)},
    )
    if simplify_m > 0 and len(frame):
        measured = frame.geometry.to_crs(measuring_epsg_of(frame.geometry.to_numpy()))
        frame = frame.set_geometry(measured.simplify_coverage(simplify_m).to_crs("EPSG:4490"))
    return frame
