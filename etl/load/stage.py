"""The staging table of one sheet: rows come in by COPY, what they leave out is filled in, faulty rows go out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Connection, text

from etl.kinds.fault import Fault
from etl.kinds.source import STAGE, Shape, Source, columns_read
from etl.load.row_fault import Place
from etl.load.stage_expressions import key_text, sql_array, stage_content

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

_SHAPE_MADE_OF: dict[Shape, tuple[str, frozenset[str]]] = {
    Shape.POINT: ("point", frozenset({"lon", "lat", "datum", "geometry"})),
    Shape.POLYGON: ("geom", frozenset({"geometry"})),
}


_MARKS = {"row_no": "integer NOT NULL", "faulty": "boolean NOT NULL", "unread": "text[]"}
"""``unread``: of a row that is faulty for what its cells say, the columns that say nothing for it; else NULL."""


def columns_of(source: Source) -> dict[str, str]:
    """Every staged column of a kind of fact → its SQL type.

    Parameters
    ----------
    source
        The kind of fact.

    Returns
    -------
    columns
        In the order of the table, behind the marks of a row.
    """
    return {each.name: each.cell.sql for each in source.fields} | dict(source.extra) | _SHAPE_COLUMNS[source.shape]


def create_stage(db: Connection, source: Source) -> None:
    """An empty staging table; gone with the transaction.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact to be staged.
    """
    listed = ", ".join(f"{name} {kind}" for name, kind in (_MARKS | columns_of(source)).items())
    db.execute(text(f"CREATE TEMP TABLE stage ({listed}) ON COMMIT DROP"))


def drop_stage(db: Connection, source: Source, sheet: str, *, keep: bool) -> None:
    """Make room for the next sheet's table.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.
    sheet, keep
        Name of the sheet; whether what it said stays, for a later sheet of the same kind.
    """
    if keep:
        db.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS said ({_SAID}) ON COMMIT DROP"))
        said = f"SELECT '{source.kind}', {key_text(source)}, :sheet, row_no, {stage_content('s')} FROM {STAGE} AS s"
        db.execute(text(f"INSERT INTO pg_temp.said {said}"), {"sheet": sheet})
    db.execute(text(f"DROP TABLE {STAGE}"))


_SAID = "kind text, key text, sheet text, row_no integer, content jsonb"
"""What earlier sheets of the file said."""


def copy_in(db: Connection, source: Source, frame: pd.DataFrame, faulty: Iterable[int]) -> None:
    """Copy a parsed chunk in; faulty rows go along (others may refer to them), marked.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.
    frame, faulty
        Database texts (None: NULL), index row number; the numbers of its faulty rows.
    """
    kept = [name for name in columns_of(source) if name in frame.columns]
    marks = frame.index.isin(list(faulty))
    driver = db.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY {STAGE} (row_no, faulty, {', '.join(kept)}) FROM STDIN") as copy:
        for row in zip(frame.index, marks.tolist(), *(_texts(frame[name]) for name in kept), strict=True):
            copy.write_row(row)


def _texts(column: pd.Series) -> list[str | None]:
    return [None if blank else value for value, blank in zip(column.tolist(), column.isna().tolist(), strict=True)]


def spoilt_rows(source: Source, faults: Iterable[Fault]) -> dict[int, set[str]]:
    """Row → the columns that say nothing, in the stage, because of a fault of its cells or its shape.

    Parameters
    ----------
    source, faults
        The kind of fact; the faults of its cells and shapes.

    Returns
    -------
    spoilt
        Only rows that have a fault.
    """
    found: dict[int, set[str]] = {}
    for fault in faults:
        found.setdefault(fault.row, set()).add(fault.field)
    from_frame = set(source.extra) - {name for name, _ in source.derive}
    shape, made_of = _SHAPE_MADE_OF[source.shape] if source.shape else ("", frozenset())
    for columns in found.values():
        if columns & set(source.frame_reads):
            columns |= from_frame
        if columns & made_of:
            columns.add(shape)
    return found


def finish_stage(
    db: Connection, source: Source, valid_from: date | None, today: date, unread: Mapping[int, Iterable[str]]
) -> None:
    """Fill in what the file leaves out, and make the table quick to look things up in.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.
    valid_from, today
        The load's own first day (inclusive; None: not said) and today, for what is derived.
    unread
        Row → the columns that say nothing in it; what is filled in from them says nothing either.
    """
    # before the updates: what fills in a column may look other rows up, and an index made after them in the same
    # transaction may not be used by it (broken HOT chains)
    for listed in filter(None, (source.key, source.index)):
        db.execute(text(f"CREATE INDEX ON {STAGE} ({', '.join(listed)})"))
    db.execute(text(f"ANALYZE {STAGE}"))
    if unread:
        _mark(db, unread)
    days = {"valid_from": valid_from, "today": today}
    for name, value in source.derive:
        if unread:
            spoils = f"s.{name} IS NULL AND s.unread && {sql_array(columns_read(value))}"
            db.execute(text(f"UPDATE {STAGE} AS s SET unread = s.unread || '{{{name}}}' WHERE {spoils}"))
        given = {name: said for name, said in days.items() if f":{name}" in value}
        # what no file has may be told of few rows: the others are not written anew to say nothing
        said = f" AND ({value}) IS NOT NULL" if name in source.extra else ""
        db.execute(text(f"UPDATE {STAGE} AS s SET {name} = {value} WHERE s.{name} IS NULL{said}"), given)
    db.execute(text(f"ANALYZE {STAGE}"))


def _mark(db: Connection, unread: Mapping[int, Iterable[str]]) -> None:
    listed = {"rows": list(unread), "columns": [" ".join(sorted(names)) for names in unread.values()]}
    given = "unnest(CAST(:rows AS integer[]), CAST(:columns AS text[])) AS f (row_no, columns)"
    db.execute(
        text(
            f"UPDATE {STAGE} AS s SET unread = string_to_array(f.columns, ' ') FROM {given} WHERE f.row_no = s.row_no"
        ),
        listed,
    )


def faulty_places(db: Connection, source: Source) -> dict[int, Place]:
    """Where the marked rows lie, of those that say so: row number → longitude and latitude.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.

    Returns
    -------
    places
        Degrees in EPSG:4490; of a polygon a point inside it.
    """
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
    """Take the marked rows out; how many there were.

    Parameters
    ----------
    db
        The transaction of the load.

    Returns
    -------
    count
        Rows taken out.
    """
    return db.execute(text(f"DELETE FROM {STAGE} WHERE faulty")).rowcount
