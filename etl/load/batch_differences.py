"""What a batch did, row by row: what it added, and what it changed from what to what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geodata.database.registry import added_sql, image_sql, key_sql, undoable_tables
from geodata.measuring_crs import area_km2
from geodata.models import fact_tables

DIFFERENCES_SHOWN = 1000
HIDDEN = "***"
# columns that say nothing to a person
LEFT_OUT = frozenset({"batch_id", "source_geom", "id"})


@dataclass(frozen=True)
class Difference:
    """One cell a batch changed, or one of a row it added (``before`` is None) or removed (``after`` is None)."""

    table: str
    key: str
    column: str
    before: str | None
    after: str | None
    added: bool = False


def list_differences(db: Connection, batch: int, most: int = DIFFERENCES_SHOWN) -> list[Difference]:
    """The cells a batch changed, added or emptied.

    Parameters
    ----------
    db
        Connection in the batch's own transaction (a preview), or after it until something newer changes the same rows.
    batch
        Number of the batch.
    most
        Rows told at most, of each sort and table.

    Returns
    -------
    cells
        Table by table, changed rows first; a new version of a unit is compared with the one it follows. Shapes are told
        by place (degrees, longitude first) or size in km², secrets only by having changed.
    """
    given = {"batch": batch, "most": most}
    found: list[Difference] = []
    for table in (each.name for each in undoable_tables()):
        key, image = key_sql(db, table), image_sql(db, table)
        changed = db.execute(
            text(
                f"SELECT u.row_key, u.before, {image} FROM grid.undo_row AS u"
                f" LEFT JOIN grid.{table} AS t ON {key} = u.row_key AND t.batch_id = :batch"
                f" WHERE u.batch_id = :batch AND u.table_name = '{table}' ORDER BY u.row_key LIMIT :most"
            ),
            given,
        ).all()
        added = db.execute(
            text(
                f"SELECT {key}, {_former(db, table)}, {image} FROM grid.{table} AS t"
                f" WHERE {added_sql(db, table)} ORDER BY 1 LIMIT :most"
            ),
            given,
        ).all()
        for row in changed:
            found += _cells(table, *row)
        for row in added:
            found += _cells(table, *row, added=True)
    return found


def count_emptied(db: Connection, batch: int) -> tuple[tuple[str, int], ...]:
    """How many cells a batch emptied, by column.

    Parameters
    ----------
    db
        Connection, as for ``list_differences``.
    batch
        Number of the batch.

    Returns
    -------
    columns
        Name of each column and how many of its cells, ordered by name; columns that say nothing to a person left out.
    """
    found: Counter[str] = Counter()
    for table in (each.name for each in undoable_tables()):
        key, image = key_sql(db, table), image_sql(db, table)
        rows = db.execute(
            text(
                f"SELECT b.key, count(*) FROM grid.undo_row AS u"
                f" JOIN grid.{table} AS t ON {key} = u.row_key AND t.batch_id = :batch"
                f" CROSS JOIN LATERAL jsonb_each(u.before) AS b"
                f" WHERE u.batch_id = :batch AND u.table_name = '{table}' AND b.value <> 'null'"
                f" AND coalesce({image} -> b.key, 'null') = 'null' GROUP BY 1"
            ),
            {"batch": batch},
        )
        found.update({column: count for column, count in rows if column not in LEFT_OUT})
    return tuple(sorted(found.items()))


def _former(db: Connection, table: str) -> str:
    """SQL of the image an added row is compared with."""
    kept = fact_tables()[table]
    if kept.carries is None:
        return "CAST(NULL AS jsonb)"
    return (
        f"(SELECT {image_sql(db, table, 'o')} FROM grid.{table} AS o WHERE o.{kept.place} = t.{kept.place}"
        " AND coalesce(lower(o.valid), '-infinity') < lower(t.valid) ORDER BY lower(o.valid) DESC NULLS LAST LIMIT 1)"
    )


def _cells(
    table: str, key: str, before: dict[str, Any] | None, after: dict[str, Any] | None, *, added: bool = False
) -> Iterator[Difference]:
    # an image of nulls alone is the outer join's way to say that the row is gone
    gone = after is None or all(value is None for value in after.values())
    now = {} if gone else after or {}
    kept = fact_tables()[table]
    if kept.carries is not None:
        # the number of a version says nothing to a person
        said = now or before or {}
        key = json.dumps([said.get(kept.place), said.get("name")], ensure_ascii=False)
    if added and before is not None:
        before = {**before, "valid": None}
    for column in before or now:
        old, new = (before or {}).get(column), now.get(column)
        if old != new and column not in LEFT_OUT:
            was, is_now = (_shown(column, value, secret=column in kept.secret) for value in (old, new))
            yield Difference(table, key, column, was, is_now, added=before is None)


def _shown(column: str, value: Any, *, secret: bool) -> str | None:
    if value is None:
        return None
    if secret:
        return HIDDEN
    if column in {"geom", "point"}:
        shape = shapely.from_wkb(value)
        return f"{shape.x:.6f}, {shape.y:.6f}" if column == "point" else f"{float(area_km2(shape)):.3f} km²"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
