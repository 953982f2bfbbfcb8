"""Facts of a registered table that no kind of file brings yet, written out as they stand: columns by their names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Column, Connection, text

from geodata.models import SCHEMA, Base, Facts

_ROWS_A_PART = 20_000
_WITHIN = {
    "subject_id": "t.{place} IN (SELECT subject_id FROM grid.subject WHERE village_code = ANY(:codes))",
    "sample_no": "t.{place} IN (SELECT sample_no FROM grid.sample WHERE village_code = ANY(:codes))",
    "person_no": "t.{place} IN (SELECT person_no FROM grid.post WHERE unit_code = ANY(:codes))",
}
"""Which rows belong to units, by the column that places them; any other column holds a unit's code itself."""


def plain_columns(kept: Facts) -> Sequence[Column[Any]]:
    """The columns of an export: all but secrets, the number of the batch and what the database works out.

    Parameters
    ----------
    kept
        What is registered of a table of facts.

    Returns
    -------
    columns
        In the order of the table.
    """
    table = Base.metadata.tables[f"{SCHEMA}.{kept.table}"]
    left_out = {*kept.secret, "batch_id"}
    return [each for each in table.c if each.name not in left_out and each.computed is None]


def plain_rows(db: Connection, kept: Facts, codes: Sequence[str] | None) -> Generator[tuple[list[list[str]], None]]:
    """Parts of a table's rows as texts, in the order of ``plain_columns``; shapes as WKT (EPSG:4490).

    Parameters
    ----------
    db
        Connection of who exports; its row-level security says which rows there are.
    kept
        What is registered of a table of facts.
    codes
        Only rows that belong to these units; None: all the connection may see.

    Yields
    ------
    texts, shapes
        At most 20,000 rows at a time, ordered by the primary key; a blank text for nothing, no shapes apart.
    """
    columns = plain_columns(kept)
    listed = ", ".join(
        f"ST_AsText(t.{each.name})" if isinstance(each.type, Geometry) else f"CAST(t.{each.name} AS text)"
        for each in columns
    )
    within = _WITHIN.get(kept.place, "t.{place} = ANY(:codes)").format(place=kept.place)
    keys = ", ".join(f"t.{each.name}" for each in Base.metadata.tables[f"{SCHEMA}.{kept.table}"].primary_key)
    where = f" WHERE {within}" if codes is not None else ""
    statement = text(f"SELECT {listed} FROM grid.{kept.table} AS t{where} ORDER BY {keys}")
    given = {"codes": list(codes)} if codes is not None else {}
    found = db.execute(statement, given, execution_options={"yield_per": _ROWS_A_PART})
    with closing(found):
        for part in found.partitions():
            yield [["" if said is None else str(said) for said in row] for row in part], None
