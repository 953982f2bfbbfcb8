"""Checklists (检查清单): one row per item; a list holds for kinds of subject from its first day until the next begins.

A list that visits answer stays as it is: what changes is a new list with a number and a first day of its own.
"""

from __future__ import annotations

from sqlalchemy import Connection

from etl.kinds.cell_types import CODE, DATE, TEXT, number_cell
from etl.kinds.source import STAGE, Column, Counts, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.upsert import write_table
from etl.kinds.vocabulary_cells import words_list
from geodata.models.checklists import ITEM_KEY
from geodata.vocabulary import SubjectKind

_OF_LIST = ("title", "title_en", "kinds", "from_on", "source")
_OF_ITEM = ("position_no", "wording", "wording_en", "article")
_LIST = Target("checklist", key=same_columns("checklist_no"), columns=same_columns(*_OF_LIST))
_ITEM = Target(
    "checklist_item",
    key=same_columns("checklist_no", "item"),
    columns=(Column("position_no", "s.position_no::integer", ("position_no",)), *same_columns(*_OF_ITEM[1:])),
)
_STANDS = " AND ".join(
    f"(s.{name} IS NULL OR s.{name} = {table}.{name})"
    for table, names in (("c", _OF_LIST), ("i", _OF_ITEM))
    for name in names
)
_SAME = f"""EXISTS (SELECT FROM grid.checklist AS c JOIN grid.checklist_item AS i USING (checklist_no)
    WHERE c.checklist_no = s.checklist_no AND i.item = s.item AND {_STANDS})"""
_SHIPPED = "EXISTS (SELECT FROM grid.checklist AS c WHERE c.checklist_no = s.checklist_no AND c.batch_id IS NULL)"


def _said_twice(name: str) -> RowCheck:
    """Two rows of one list say different things of it."""
    other = f"o.checklist_no = s.checklist_no AND o.{name} IS DISTINCT FROM s.{name}"
    read = f"NOT coalesce(o.unread, '{{}}') && ARRAY['{name}']"
    other = f"FROM {STAGE} AS o WHERE {other} AND {read}"
    return RowCheck("list_said_twice", name, f"EXISTS (SELECT {other})", f"(SELECT min(o.row_no)::text {other})")


def _write(db: Connection, present: frozenset[str], batch: int) -> Counts:
    """Lists first, then their items; a row is changed when its item is, or else when its list is."""
    lists = write_table(db, _LIST, present, batch)
    items = write_table(db, _ITEM, present, batch)
    changed = min(max(items.changed, lists.changed), items.changed + items.same)
    return Counts(items.new, changed, items.changed + items.same - changed)


SOURCE = Source(
    kind="checklists",
    order=75,
    key=("checklist_no", "item"),
    export=Export(
        "checklist_item",
        within="true",
        columns={
            name: f"(SELECT c.{name} FROM grid.checklist AS c WHERE c.checklist_no = t.checklist_no)"
            for name in _OF_LIST
        },
        order="t.checklist_no, t.position_no",
    ),
    fields=(
        Field("checklist_no", CODE, Need.ALWAYS),
        Field("title", TEXT, Need.ALWAYS),
        Field("title_en", TEXT),
        Field("kinds", words_list(SubjectKind), Need.ALWAYS),
        Field("from_on", DATE, Need.ALWAYS),
        Field("source", TEXT, Need.ALWAYS),
        Field("position_no", number_cell(1, 999), Need.ALWAYS),
        Field("item", CODE, Need.ALWAYS),
        Field("wording", TEXT, Need.ALWAYS),
        Field("wording_en", TEXT),
        Field("article", TEXT),
    ),
    checks=(
        RowCheck("item_key", "item", f"s.item !~ '^{ITEM_KEY}$'"),
        RowCheck("not_whole", "position_no", "s.position_no <> trunc(s.position_no)"),
        *map(_said_twice, _OF_LIST),
        RowCheck(
            "item_place_twice",
            "position_no",
            f"EXISTS (SELECT FROM {STAGE} AS o WHERE o.checklist_no = s.checklist_no AND o.item <> s.item"
            " AND o.position_no = s.position_no)",
        ),
        RowCheck(
            "lists_of_one_day",
            "from_on",
            f"EXISTS (SELECT FROM (SELECT f.checklist_no, f.kinds, f.from_on FROM {STAGE} AS f UNION ALL"
            " SELECT c.checklist_no, c.kinds, c.from_on FROM grid.checklist AS c WHERE NOT EXISTS"
            f" (SELECT FROM {STAGE} AS f WHERE f.checklist_no = c.checklist_no)) AS o"
            " WHERE o.checklist_no <> s.checklist_no AND o.kinds && s.kinds AND o.from_on = s.from_on)",
        ),
        RowCheck(
            "checklist_in_use",
            "checklist_no",
            f"({_SHIPPED} OR grid.list_in_use(s.checklist_no)) AND NOT {_SAME}",
        ),
        RowCheck(
            "checklist_takes_over",
            "from_on",
            "grid.visit_taken_over(s.checklist_no, s.kinds, s.from_on) IS NOT NULL",
            "grid.visit_taken_over(s.checklist_no, s.kinds, s.from_on)",
        ),
    ),
    targets=(_LIST, _ITEM),
    write=_write,
)
