"""How many work items stand how, and how many open ones each unit has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geodata.levels import Level
from geodata.territory.units import villages_of
from geodata.vocabulary import OPEN_WORK, WorkState

_COUNTS = """
SELECT w.state, w.check_key, w.state IN ('open', 'assigned') AND w.due_on < :as_of AS is_overdue,
       coalesce(w.owner_no = :owner, false) AS is_own, count(*) AS items
FROM grid.work_item AS w
WHERE CAST(:within AS text[]) IS NULL OR w.touched_codes && :within
GROUP BY 1, 2, 3, 4 ORDER BY w.check_key
"""


_UNMENDED = """
WITH RECURSIVE under AS (
    SELECT u.code AS top, u.code FROM grid.unit_on(:as_of) AS u
    WHERE u.level = :level AND (CAST(:within AS text[]) IS NULL OR u.code = ANY(:within))
    UNION ALL
    SELECT b.top, v.code FROM under AS b JOIN grid.unit_on(:as_of) AS v ON v.parent_code = b.code
), below AS (
    SELECT top AS code, array_agg(code) AS codes FROM under GROUP BY top
)
SELECT b.code, count(w.item_no) AS items
FROM below AS b LEFT JOIN grid.work_item AS w ON w.touched_codes && b.codes AND w.state = ANY(:states)
GROUP BY b.code
"""


@dataclass(frozen=True)
class ItemCount:
    """How many items stand alike: state, check, past their due day, given to the person asked about."""

    state: WorkState
    check_key: str
    is_overdue: bool
    is_own: bool
    items: int


def count_by_standing(
    db: Connection, as_of: date, within: str | None = None, owner: str | None = None
) -> list[ItemCount]:
    """How many items of a unit stand how, whatever their state.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day by which items are overdue, inclusive.
    within
        Code of the unit an item must touch, itself or one below; None: everywhere.
    owner
        Number of the person whose items are told as their own; None: nobody's are.

    Returns
    -------
    counts
        By check; only what there is at least one item of.

    Raises
    ------
    NotFound
        ``within`` was not in force on ``as_of``.
    """
    rows = db.execute(text(_COUNTS), {"as_of": as_of, "within": villages_of(db, within, as_of), "owner": owner})
    return [ItemCount(WorkState(row.state), row.check_key, bool(row.is_overdue), row.is_own, row.items) for row in rows]


def count_open_items(db: Connection, level: Level, as_of: date, within: str | None = None) -> dict[str, int]:
    """How many open items each unit of a level has; one that touches two units counts in both.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    level
        A level of units; a unit's items are those that touch it or a unit below it.
    as_of
        The day by which units are in force, inclusive; the states are those of now.
    within
        Code of the unit whose places are told, itself included; None: everywhere.

    Returns
    -------
    counts
        Code → count, 0 for a unit that has none.

    Raises
    ------
    NotFound
        ``within`` was not in force on ``as_of``.
    """
    rows = db.execute(
        text(_UNMENDED),
        {
            "level": level.value,
            "as_of": as_of,
            "within": villages_of(db, within, as_of),
            "states": [state.value for state in OPEN_WORK],
        },
    )
    return {row.code: row.items for row in rows}
