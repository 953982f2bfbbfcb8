"""The staging table of one sheet: rows come in by COPY, faults are looked for in SQL, faulty rows go out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from etl.parse import Fault
from etl.reject import Place
from etl.source import STAGE, Check, Shape, Source
from geodata.crs import measuring_epsg
from geodata.settings import settings

_SHAPE_COLUMNS: dict[Shape | None, dict[str, str]] = {
    None: {},
    Shape.POINT: {
        "point": "geometry(Point, 4490)",
        "source_x": "double precision",
        "source_y": "double precision",
        "source_datum": "text",
    },
    Shape.POLYGON: {
        "geom": "geometry(MultiPolygon, 4490)",
        "source_geom": "geometry(MultiPolygon, 0)",
        "source_datum": "text",
    },
}

# domain §11.9; a rule of this key changes it
_POINT_MARGIN_KM = 5
_NEST_TOLERANCE_M = 50


def columns_of(source: Source) -> dict[str, str]:
    """Every staged column of a kind of fact → its SQL type."""
    return {each.name: each.cell.sql for each in source.fields} | dict(source.extra) | _SHAPE_COLUMNS[source.shape]


def create(db: Connection, source: Source) -> None:
    """An empty staging table; gone with the transaction."""
    listed = ", ".join(f"{name} {kind}" for name, kind in columns_of(source).items())
    db.execute(
        text(f"CREATE TEMP TABLE stage (row_no integer NOT NULL, faulty boolean NOT NULL, {listed}) ON COMMIT DROP")
    )


def drop(db: Connection, source: Source, sheet: str, *, keep: bool) -> None:
    """Make room for the next sheet's table; ``keep``: what was said stays, for a later sheet of the same kind."""
    if keep:
        db.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS said ({_SAID}) ON COMMIT DROP"))
        said = f"SELECT '{source.kind}', {_key(source)}, :sheet, row_no, {_CONTENT} FROM {STAGE} AS s"
        db.execute(text(f"INSERT INTO pg_temp.said {said}"), {"sheet": sheet})
    db.execute(text(f"DROP TABLE {STAGE}"))


# What earlier sheets of the file said, blanks left out: two rows agree when joining them gives the same either way.
_SAID = "kind text, key text, sheet text, row_no integer, content jsonb"
_CONTENT = "jsonb_strip_nulls(to_jsonb(s)) - ARRAY['row_no', 'faulty', 'base_id', 'dated_itself']"


def _key(source: Source) -> str:
    return f"ROW({', '.join(f's.{name}' for name in source.key)})::text"


def sheet_conflicts(db: Connection, source: Source) -> list[Fault]:
    """Rows that say of a key something else than an earlier sheet of the same file; they are marked."""
    if db.execute(text("SELECT to_regclass('pg_temp.said') IS NULL")).scalar_one():
        return []
    rows = db.execute(
        text(
            f"UPDATE {STAGE} AS s SET faulty = true FROM pg_temp.said AS b"
            f" WHERE NOT s.faulty AND b.kind = :kind AND b.key = {_key(source)}"
            f" AND b.content || ({_CONTENT}) <> ({_CONTENT}) || b.content"
            f" RETURNING s.row_no, s.{source.key[0]}, b.sheet, b.row_no"
        ),
        {"kind": source.kind},
    )
    return [
        Fault(row, source.key[0], key, "sheet_conflict", f"{sheet} {line}".strip()) for row, key, sheet, line in rows
    ]


def copy_in(db: Connection, source: Source, frame: pd.DataFrame, faulty: Iterable[int]) -> None:
    """Copy a parsed chunk in; faulty rows go along (others may refer to them), marked."""
    kept = [name for name in columns_of(source) if name in frame.columns]
    marks = frame.index.isin(list(faulty))
    driver = db.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY {STAGE} (row_no, faulty, {', '.join(kept)}) FROM STDIN") as copy:
        for row in zip(frame.index, marks.tolist(), *(_texts(frame[name]) for name in kept), strict=True):
            copy.write_row(row)


def _texts(column: pd.Series) -> list[str | None]:
    return [None if blank else value for value, blank in zip(column.tolist(), column.isna().tolist(), strict=True)]


def finish(db: Connection, source: Source, valid_from: date | None, today: date) -> None:
    """Fill in what the file leaves out, and make the table quick to look things up in."""
    # before the updates: what fills in a column may look other rows up, and an index made after them in the same
    # transaction may not be used by it (broken HOT chains)
    for listed in filter(None, (source.key, source.index)):
        db.execute(text(f"CREATE INDEX ON {STAGE} ({', '.join(listed)})"))
    db.execute(text(f"ANALYZE {STAGE}"))
    days = {"valid_from": valid_from, "today": today}
    for name, value in source.derive:
        given = {name: said for name, said in days.items() if f":{name}" in value}
        db.execute(text(f"UPDATE {STAGE} AS s SET {name} = {value} WHERE s.{name} IS NULL"), given)
    db.execute(text(f"ANALYZE {STAGE}"))


def drop_repeats(db: Connection, source: Source) -> int:
    """Take out rows that say again exactly what an earlier row says; how many there were."""
    said = ", ".join(columns_of(source))
    if db.execute(text(f"SELECT NOT EXISTS ({_repeated(source)})")).scalar_one():
        return 0
    # compared as text: geometry and arrays have no hash that DISTINCT could use alike
    ranked = f"""
        SELECT s.row_no, row_number() OVER (PARTITION BY ROW({said})::text ORDER BY s.row_no) AS turn
        FROM {STAGE} AS s WHERE NOT s.faulty AND s.row_no IN ({_repeated(source)})"""
    return db.execute(
        text(f"DELETE FROM {STAGE} AS s USING ({ranked}) AS d WHERE d.row_no = s.row_no AND d.turn > 1")
    ).rowcount


def set_aside(db: Connection, source: Source, stands: str) -> list[Fault]:
    """Take out rows that share their key with another, but for the ``first`` or ``last``; a fault for each."""
    turn = {"first": "min", "last": "max"}[stands]
    same = " AND ".join(f"d.{name} IS NOT DISTINCT FROM s.{name}" for name in source.key)
    listed = ", ".join(source.key)
    kept = (
        f"SELECT {listed}, {turn}(row_no) AS stands FROM {STAGE} WHERE NOT faulty AND {source.key[0]} IS NOT NULL"
        f" GROUP BY {listed} HAVING count(*) > 1"
    )
    rows = db.execute(
        text(
            f"DELETE FROM {STAGE} AS s USING ({kept}) AS d"
            f" WHERE NOT s.faulty AND s.{source.key[0]} = d.{source.key[0]} AND {same} AND s.row_no <> d.stands"
            f" RETURNING s.row_no, s.{source.key[0]}::text, d.stands::text"
        )
    )
    return [Fault(row, source.key[0], key, "set_aside", stood) for row, key, stood in rows]


def _repeated(source: Source) -> str:
    """SQL of the numbers of the rows that share their key with another row (blank parts of a key count as equal)."""
    return f"SELECT unnest(array_agg(r.row_no)) FROM {STAGE} AS r GROUP BY {', '.join(source.key)} HAVING count(*) > 1"


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


def _conflicts(source: Source) -> Check:
    first, *rest = source.key
    # only the first part is compared by =, so that the index serves
    same_key = " AND ".join([f"o.{first} = s.{first}", *(f"o.{name} IS NOT DISTINCT FROM s.{name}" for name in rest)])
    other = f"(SELECT min(o.row_no)::text FROM {STAGE} AS o WHERE {same_key} AND o.row_no <> s.row_no)"
    return Check("key_conflict", first, f"s.{first} IS NOT NULL AND s.row_no IN ({_repeated(source)})", other)


def faults(db: Connection, source: Source, asked: Asked) -> list[Fault]:
    """Every fault among the unmarked rows (at most ``limit`` of each sort), which are marked by it."""
    given = _parameters(db, source, asked)
    types: Mapping[str, str] = columns_of(source)
    secret = {each.name for each in source.fields if each.secret}
    found: list[Fault] = []
    for check in (_conflicts(source), *source.checks):
        value = f"s.{check.column}::text" if check.column in types and check.column not in secret else "''"
        used = {name: each for name, each in given.items() if f":{name}" in check.where + check.detail}
        rows = db.execute(
            text(
                f"SELECT s.row_no, coalesce({value}, ''), coalesce(CAST({check.detail} AS text), '')"
                f" FROM {STAGE} AS s WHERE NOT s.faulty AND ({check.where}) ORDER BY s.row_no LIMIT {asked.limit}"
            ),
            used,
        )
        found += [Fault(row, check.column, said, check.key, detail) for row, said, detail in rows]
    db.execute(
        text(f"UPDATE {STAGE} SET faulty = true WHERE row_no = ANY(:rows)"), {"rows": [each.row for each in found]}
    )
    return found


def places(db: Connection, source: Source) -> dict[int, Place]:
    """Where the marked rows lie, of those that say so: row number → longitude and latitude."""
    shape = {Shape.POINT: "point", Shape.POLYGON: "ST_PointOnSurface(geom)"}.get(source.shape) if source.shape else None
    if shape is None:
        return {}
    rows = db.execute(
        text(
            f"SELECT row_no, ST_X(p), ST_Y(p) FROM (SELECT row_no, {shape} AS p FROM {STAGE} WHERE faulty) AS f"
            " WHERE p IS NOT NULL"
        )
    )
    return {row: (x, y) for row, x, y in rows}


def remove_faulty(db: Connection) -> int:
    """Take the marked rows out; how many there were."""
    return db.execute(text(f"DELETE FROM {STAGE} WHERE faulty")).rowcount
