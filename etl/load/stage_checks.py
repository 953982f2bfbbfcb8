"""Faults looked for among the staged rows in SQL, also in rows that are faulty already for what their cells say.

Such a row is asked only what does not depend on a cell that could not be read, so that a person sees all of its faults
at once and no consequence of another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from etl.kinds.fault import Fault
from etl.kinds.source import STAGE, RowCheck, Shape, Source
from etl.load.stage import columns_of
from etl.load.stage_expressions import key_text, sql_array, stage_content
from etl.load.stage_repeats import repeated_keys
from geodata.measuring_crs import measuring_epsg
from geodata.settings import settings

# domain §11.9; a rule of this key changes it
_POINT_MARGIN_KM = 5
_NEST_TOLERANCE_M = 50


def sheet_conflicts(db: Connection, source: Source, *, reject: bool) -> list[Fault]:
    """Rows that say of a key something else than an earlier sheet of the same file; they are marked.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled.
    source
        The kind of fact staged.
    reject
        Whether they are faults, and asked for their others too; else a mapping's rule leaves the sound ones out.

    Returns
    -------
    faults
        One per row, blaming the first part of the key; the detail names the other sheet and row.
    """
    if db.execute(text("SELECT to_regclass('pg_temp.said') IS NULL")).scalar_one():
        return []
    meant = f"(NOT s.faulty OR NOT s.unread && {sql_array(source.key)})" if reject else "NOT s.faulty"
    kept = ", unread = coalesce(s.unread, '{}')" if reject else ""
    differs = f" AND b.content || {stage_content('s')} <> {stage_content('s')} || b.content"
    rows = db.execute(
        text(
            f"UPDATE {STAGE} AS s SET faulty = true{kept} FROM pg_temp.said AS b"
            f" WHERE {meant} AND b.kind = :kind AND b.key = {key_text(source)}"
            f"{'' if source.repeated else differs}"
            f" RETURNING s.row_no, s.{source.key[0]}, b.sheet, b.row_no"
        ),
        {"kind": source.kind},
    )
    return [
        Fault(row, source.key[0], key, source.repeated or "sheet_conflict", f"{sheet} {line}".strip())
        for row, key, sheet, line in rows
    ]


def _measure_epsg(db: Connection, source: Source) -> int:
    """The CRS to measure the staged boundaries in."""
    if source.shape is not Shape.POLYGON:
        return settings().measure_epsg
    middle = f"SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_Centroid(ST_Extent(geom)::geometry) AS c FROM {STAGE}) AS e"
    lon, lat = db.execute(text(middle)).one()
    return settings().measure_epsg if lon is None else measuring_epsg(round(lon, 1), round(lat, 1))


@dataclass(frozen=True)
class Asked:
    """What the checks are asked with: today, at most how many faults of each sort, and what the person accepts."""

    today: date
    limit: int
    accept_renames: bool = False
    marked: bool = False
    """Whether rows are faulty already for what they say: they are asked for their other faults."""
    one_stands: bool = False
    """Whether a mapping lets one of the rows of a key stand: faulty ones may yet agree."""


def _parameters(db: Connection, source: Source, asked_with: Asked) -> dict[str, Any]:
    today = asked_with.today
    asked = (
        "SELECT key, value FROM grid.rule_on(:today)"
        " WHERE key IN ('point_margin_km', 'nest_tolerance_m') AND scope = ''"
    )
    rules = {row.key: row.value for row in db.execute(text(asked), {"today": today})}
    return {
        "today": today,
        "margin_km": float(rules.get("point_margin_km", _POINT_MARGIN_KM)),
        "tolerance_m": float(rules.get("nest_tolerance_m", _NEST_TOLERANCE_M)),
        "measure_epsg": _measure_epsg(db, source),
        "accept_renames": asked_with.accept_renames,
    }


def _conflicts(source: Source, *, marked: bool) -> RowCheck:
    first, *rest = source.key
    # only the first part is compared by =, so that the index serves
    same_key = " AND ".join([f"o.{first} = s.{first}", *(f"o.{name} IS NOT DISTINCT FROM s.{name}" for name in rest)])
    other = f"FROM {STAGE} AS o WHERE {same_key} AND o.row_no <> s.row_no"
    shared = f"s.{first} IS NOT NULL AND s.row_no IN ({repeated_keys(source)})"
    if marked:
        # what could not be read may be the same in both
        told = f"{stage_content('o')} || {stage_content('s')} <> {stage_content('s')} || {stage_content('o')}"
        other += f" AND (NOT s.faulty OR {told})"
        shared += f" AND EXISTS (SELECT {other})"
    return RowCheck(source.repeated or "key_conflict", first, shared, f"(SELECT min(o.row_no)::text {other})")


def _meant(check: RowCheck, *, marked: bool) -> str:
    """SQL of the rows a check is asked of."""
    return f"(NOT s.faulty OR NOT s.unread && {sql_array(check.reads)})" if marked else "NOT s.faulty"


def find_faults(db: Connection, source: Source, asked: Asked) -> list[Fault]:
    """Every fault among the unmarked rows (at most ``asked.limit`` of each sort), which are marked by it.

    With ``asked.marked`` also the other faults of rows marked for what they say; they come behind the unmarked ones.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled.
    source
        The kind of fact staged; its ``checks`` are asked behind the one for its key.
    asked
        Today, the limit and what the person accepts.

    Returns
    -------
    faults
        Check by check, in order of row; the value of a secret column is left blank.
    """
    given = _parameters(db, source, asked)
    types: Mapping[str, str] = columns_of(source)
    secret = {each.name for each in source.fields if each.secret}
    order = "s.faulty, s.row_no" if asked.marked else "s.row_no"
    conflicts = asked.marked and not asked.one_stands
    checks = [(_conflicts(source, marked=conflicts), conflicts), *((each, asked.marked) for each in source.checks)]
    found: list[Fault] = []
    for check, marked in checks:
        value = f"s.{check.column}::text" if check.column in types and check.column not in secret else "''"
        used = {name: each for name, each in given.items() if f":{name}" in check.where + check.detail}
        rows = db.execute(
            text(
                f"SELECT s.row_no, coalesce({value}, ''), coalesce(CAST({check.detail} AS text), '')"
                f" FROM {STAGE} AS s WHERE {_meant(check, marked=marked)} AND ({check.where})"
                f" ORDER BY {order} LIMIT {asked.limit}"
            ),
            used,
        )
        found += [Fault(row, check.column, said, check.key, detail) for row, said, detail in rows]
    db.execute(
        text(f"UPDATE {STAGE} SET faulty = true WHERE row_no = ANY(:rows)"), {"rows": [each.row for each in found]}
    )
    return found
