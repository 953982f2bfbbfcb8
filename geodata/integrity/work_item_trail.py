"""What was done about an item, by whom, when: its part of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.vocabulary import WorkState


@dataclass(frozen=True)
class Change:
    """What one change made of an item; ``login`` is None for the office's own command line."""

    at: datetime
    login: str | None
    state: WorkState
    owner_no: str | None
    due_on: date | None
    reason: str | None
    note: str | None


def item_history(db: Connection, item_no: str) -> list[Change]:
    """The changes of an item among the caller's rows, oldest first.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    item_no
        Number of the item.

    Returns
    -------
    changes
        Of state, owner, due day, reason or note, or of the fault's size or shape; a look that only saw it again is
        none.

    Raises
    ------
    NotFound
        No such item among the caller's rows.
    """
    known = text("SELECT EXISTS (SELECT FROM grid.work_item WHERE item_no = :item)")
    if not db.execute(known, {"item": item_no}).scalar_one():
        raise NotFound("work.no_such_item", item=item_no)
    found = db.execute(text("SELECT * FROM grid.work_item_history(:item)"), {"item": item_no}).mappings()
    return [Change(**{**row, "state": WorkState(row["state"])}) for row in found]
