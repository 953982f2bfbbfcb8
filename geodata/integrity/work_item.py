"""One item of the work list: where it lies, who could be given it, and when the grid was last looked over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.integrity.work_list import list_work_items
from geodata.locale import Lang
from geodata.vocabulary import Role, WorkState

_PEOPLE = """
WITH RECURSIVE up AS (
    SELECT unnest(touched_codes) AS code, 0 AS step FROM grid.work_item WHERE item_no = :item
    UNION SELECT v.parent_code, up.step + 1 FROM up JOIN grid.unit_on(:on) AS v ON v.code = up.code
    WHERE v.parent_code IS NOT NULL
)
SELECT person_no, name, role, unit_name FROM (
    SELECT DISTINCT ON (p.person_no) p.person_no, n.name, p.role, v.name AS unit_name, up.step
    FROM up JOIN grid.post_on(:on) AS p ON p.unit_code = up.code JOIN grid.person AS n USING (person_no)
    LEFT JOIN grid.unit_on(:on) AS v ON v.code = p.unit_code
    WHERE p.role <> 'lab_tester' ORDER BY p.person_no, up.step, p.role
) AS each ORDER BY step, role, name
"""
_LAST_LOOK = "SELECT as_of, ran_at, ran_by FROM grid.integrity_run WHERE complete ORDER BY as_of DESC, id DESC LIMIT 1"


@dataclass(frozen=True)
class Candidate:
    """Somebody who could mend a fault: in post where it lies, or above."""

    person_no: str
    name: str
    role: Role
    unit_name: str | None


@dataclass(frozen=True)
class LastLook:
    """The last time all checks were run over the whole grid: as of which day, when, by whom (a login)."""

    as_of: date
    ran_at: datetime
    ran_by: str


def get_work_item(db: Connection, item_no: str, as_of: date, lang: Lang = Lang.ZH) -> dict[str, Any]:
    """The row of ``list_work_items`` with that number, whatever its state.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    item_no
        Number of the item.
    as_of
        The day by which units have their names and the item is overdue, inclusive.
    lang
        The language of its sentences.

    Returns
    -------
    item
        Column → value, ``geometry`` a shape in EPSG:4490; None for what is not known.

    Raises
    ------
    NotFound
        No such item among the caller's rows.
    """
    found = list_work_items(db, as_of, states=WorkState, numbers=[item_no], lang=lang).to_dict("records")
    if not found:
        raise NotFound("work.no_such_item", item=item_no)
    return {str(name): value for name, value in found[0].items()}


def item_candidates(db: Connection, item_no: str, on: date) -> list[Candidate]:
    """Whoever holds a post on ``on`` at a unit the item touches or above it, the nearest first; each person once.

    Parameters
    ----------
    db
        Connection with the scope of who asks; of an item outside the own area there is nobody.
    item_no
        Number of the item.
    on
        The day, inclusive.

    Returns
    -------
    people
        Each with the nearest of their posts; at one distance by role (its code word) and name. Testers of a laboratory
        are none.
    """
    rows = db.execute(text(_PEOPLE), {"item": item_no, "on": on})
    return [Candidate(row.person_no, row.name, Role(row.role), row.unit_name) for row in rows]


def last_look(db: Connection) -> LastLook | None:
    """When the whole grid was last looked over; None before the first time.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    look
        The complete run of the latest day; runs of some checks or a part of the grid do not count.
    """
    row = db.execute(text(_LAST_LOOK)).one_or_none()
    return None if row is None else LastLook(row.as_of, row.ran_at, row.ran_by)
