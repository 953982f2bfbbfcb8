"""The items of a visit: which list it is made by, the columns of its items, and how answers and notes are kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from etl.kinds.answer_cells import ANSWER, ITEM_FIELD, item_field, item_heading
from etl.kinds.source import Column, Field, OpenFields, RowCheck
from geodata.calendar import today
from geodata.locale import Lang

HEADS = ("records", "inputs", "use", "preservatives", "waste", "certificates", "other")
"""The seven heads of the ministry's minimum patrol content (domain §1, g6)."""
DEALER_HEADS = (
    "licence", "vouchers", "purchase_ledger", "sales_ledger", "restricted", "goods", "premises", "recovery",
    "commitment",
)  # fmt: skip
"""The nine heads of a dealer's patrol (domain §1)."""
NAMED = frozenset((*HEADS, *DEALER_HEADS))
"""Items with a column the code names; any other has one by its key, ``wording【key】``."""

# a visit that is there keeps its list while its subject and day are the same
FIND_LIST = """coalesce(
    (SELECT v.checklist_no FROM grid.visit AS v WHERE v.visit_no = s.visit_no AND v.subject_id = s.subject_id
        AND v.visited_on = s.visited_on),
    (SELECT c.checklist_no FROM grid.subject AS u JOIN grid.checklist AS c
        ON u.kinds[1] = ANY (c.kinds) AND c.from_on <= s.visited_on
        WHERE u.subject_id = s.subject_id ORDER BY c.from_on DESC LIMIT 1))"""


def _day_of_list(day: str) -> str:
    """SQL of a day of the row's list; what is looked up is looked up once a statement, not once a row."""
    lists = f"SELECT p.checklist_no, {day} AS day FROM grid.checklist_period AS p GROUP BY p.checklist_no"
    return f"((SELECT jsonb_object_agg(l.checklist_no, l.day) FROM ({lists}) AS l) ->> s.checklist_no)::date"


_ALL_LISTS = "ARRAY(SELECT c.checklist_no FROM grid.checklist AS c)"
FIRST_DAY = _day_of_list("min(p.from_on)")
UNTIL_DAY = _day_of_list("nullif(max(coalesce(p.until_on, 'infinity')), 'infinity')")
LIST_OF_DAY = RowCheck(
    "list_of_day",
    "checklist_no",
    f"s.visited_on < {FIRST_DAY} OR s.visited_on > {UNTIL_DAY}",
    f"concat({FIRST_DAY}, ' – ', {UNTIL_DAY})",
)
"""Stated lists hold on the day; on the day on which another begins, both do."""
NO_LIST_THEN = RowCheck(
    "no_list_then",
    "visited_on",
    f"s.checklist_no IS NULL AND num_nonnulls({', '.join(f's.{head}' for head in (*HEADS, *DEALER_HEADS))}) > 0"
    " AND EXISTS (SELECT FROM grid.subject AS u WHERE u.subject_id = s.subject_id)",
)
"""Nothing is answered on a day before the first list."""


def key_of(name: str) -> str:
    """The key of the item a field is the column of.

    Parameters
    ----------
    name
        Name of a field with the cell ``ANSWER``.

    Returns
    -------
    key
        As lists have it.
    """
    return name if name in NAMED else name.removeprefix(ITEM_FIELD)


def check_item(field: Field) -> RowCheck:
    """The column of an item that is none of the visit's list must be blank.

    Parameters
    ----------
    field
        A field with the cell ``ANSWER``.

    Returns
    -------
    check
        Its detail is the list that holds.
    """
    having = f"ARRAY(SELECT i.checklist_no FROM grid.checklist_item AS i WHERE i.item = '{key_of(field.name)}')"
    return RowCheck(
        "item_not_of_list",
        field.name,
        # what an unknown subject or list would be asked is not known either
        f"s.{field.name} IS NOT NULL AND s.checklist_no <> ALL ({having}) AND s.checklist_no = ANY ({_ALL_LISTS})",
        "(SELECT concat(c.title, ' ', c.checklist_no) FROM grid.checklist AS c WHERE c.checklist_no = s.checklist_no)",
    )


def item_sql(name: str) -> str:
    """SQL, over ``t``, of what is said under an item, as ``ANSWER`` gives it.

    Parameters
    ----------
    name
        Name of the item's field.

    Returns
    -------
    sql
        Text; NULL where nothing is said.
    """
    key = key_of(name)
    return f"nullif(concat_ws(chr(10), coalesce(t.items ->> '{key}', ''), t.item_notes ->> '{key}'), '')"


def _said(names: Sequence[str], part: int) -> str:
    """SQL of what the row's columns say, item → answer (1) or note (2)."""
    objects = [
        ", ".join(
            f"'{key_of(name)}', nullif(split_part(s.{name}, chr(10), {part}), '')" for name in names[at : at + 40]
        )
        for at in range(0, len(names), 40)
    ]
    said = f"jsonb_strip_nulls({' || '.join(f'jsonb_build_object({each})' for each in objects)})"
    # most rows have no note at all
    noted = f"strpos(concat({', '.join(f's.{name}' for name in names)}), chr(10)) > 0"
    return said if part == 1 else f"CASE WHEN {noted} THEN {said} ELSE CAST('{{}}' AS jsonb) END"


def kept_columns(present: frozenset[str]) -> tuple[Column, ...]:
    """The columns of ``visit`` that hold answers and notes.

    Parameters
    ----------
    present
        The staged columns the file has; of an item that has no column there what the table holds stays.

    Returns
    -------
    columns
        None where the file has no item.
    """
    names = sorted(name for name in present if name in NAMED or name.startswith(ITEM_FIELD))
    if not names:
        return ()
    there = ", ".join(f"'{key_of(name)}'" for name in names)
    return tuple(
        Column(
            column,
            f"CASE WHEN old.checklist_no = s.checklist_no THEN old.{column} - ARRAY[{there}] || {_said(names, part)}"
            f" ELSE {_said(names, part)} END",
        )
        for part, column in enumerate(("items", "item_notes"), start=1)
    )


def _known(db: Connection, lang: Lang) -> tuple[tuple[Field, str], ...]:
    """The items of all lists that have no column of their own, as the newest list words them."""
    worded = "coalesce(i.wording_en, i.wording)" if lang is Lang.EN else "i.wording"
    rows = db.execute(
        text(
            f"SELECT n.* FROM (SELECT DISTINCT ON (i.item) i.item, i.position_no, {worded} AS wording"
            " FROM grid.checklist_item AS i JOIN grid.checklist AS c USING (checklist_no)"
            " WHERE i.item <> ALL (:named) ORDER BY i.item, c.from_on DESC) AS n ORDER BY n.position_no, n.item"
        ),
        {"named": sorted(NAMED)},
    )
    return tuple((Field(f"{ITEM_FIELD}{row.item}", ANSWER), item_heading(row.wording, row.item)) for row in rows)


def _field(title: str) -> Field | None:
    """The field of an item's own column; a heading that ends in the key of a named item is that item's."""
    field = item_field(title)
    return None if field is None else Field(key, ANSWER) if (key := key_of(field.name)) in NAMED else field


def _asked(db: Connection) -> frozenset[str]:
    """The columns of the items of all lists that hold today or begin later."""
    keys = db.execute(
        text(
            "SELECT DISTINCT i.item FROM grid.checklist_item AS i JOIN grid.checklist_period AS p USING (checklist_no)"
            " WHERE p.until_on IS NULL OR p.until_on > :today"
        ),
        {"today": today()},
    ).scalars()
    return frozenset(key if key in NAMED else f"{ITEM_FIELD}{key}" for key in keys)


ITEMS = OpenFields(
    field_of=_field,
    check=check_item,
    sql=lambda field: item_sql(field.name),
    known=_known,
    asked=_asked,
    answers=ANSWER,
    prefix=ITEM_FIELD,
)
