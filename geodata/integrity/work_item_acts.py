"""What people do about an item of the work list: assign it, accept it with a reason, open it again.

All run under the caller's own scope: whoever may not change the item is told so by the database.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, text

from geodata.deadlines.due_moment import Deadline
from geodata.errors import NotFound, UserError
from geodata.integrity.work_due import work_deadline
from geodata.integrity.work_item import item_candidates

LONGEST = timedelta(days=3650)
"""How far ahead a due day may be given: one farther off is a slip in its year."""
_OPENED = "open_days + datemultirange(daterange(:on, NULL))"
_CLOSED = "open_days - datemultirange(daterange(:on, NULL))"


def assign_item(
    db: Connection, item_no: str, person_no: str, *, on: date, due_on: date | None = None, note: str | None = None
) -> Deadline:
    """Give an open item to a person, or to another one.

    Parameters
    ----------
    db
        A transaction with the scope of who acts.
    item_no
        Number of the item.
    person_no
        Number of the person.
    on
        The day of the act, on which the person holds the post.
    due_on
        The last day for it, inclusive and not before ``on``; None: as the rules of ``on`` say (``work_deadline``).
    note
        A word for the person; None leaves the note there is.

    Returns
    -------
    deadline
        The day it is due; ``unpublished`` names the years for which it is not certain, none for a day that is said.

    Raises
    ------
    NotFound
        No such item among the caller's rows, no such person, or the rules had not come into force by ``on``.
    UserError
        The item is not open, the person is none of its ``item_candidates`` on ``on``, ``due_on`` is past or more
        than ``LONGEST`` ahead, or the item is not the caller's to change; or the rule's number is no length of time.
    """
    _must_be(db, item_no, "open", "assigned")
    _must_answer_for_it(db, item_no, person_no, on)
    deadline = Deadline(due_on) if due_on else work_deadline(db, on)[1]
    if deadline.last_on < on:
        raise UserError("work.due_past", due=deadline.last_on, on=on)
    if due_on and due_on > on + LONGEST:
        raise UserError("work.due_far", due=due_on, days=LONGEST.days)
    change = "state = 'assigned', owner_no = :person, due_on = :due, note = coalesce(:note, note)"
    _change(db, item_no, change, person=person_no, due=deadline.last_on, note=note)
    return deadline


def accept_item(db: Connection, item_no: str, reason: str, *, on: date) -> None:
    """Say that an open item is as it should be, and why (the gap is a reservoir); it counts no more from ``on``.

    Parameters
    ----------
    db
        A transaction with the scope of who acts.
    item_no
        Number of the item.
    reason
        Why it may stay; not blank, blanks around it are taken off.
    on
        First day on which it does not count as open.

    Raises
    ------
    NotFound
        No such item among the caller's rows.
    UserError
        The item is not open, the reason is blank, or the item is not the caller's to change.
    """
    _must_be(db, item_no, "open", "assigned")
    if not reason.strip():
        raise UserError("work.reason_missing", item=item_no)
    _change(db, item_no, f"state = 'accepted', reason = :reason, open_days = {_CLOSED}", on=on, reason=reason.strip())


def reopen_item(db: Connection, item_no: str, *, on: date) -> None:
    """Take back an acceptance or an assignment: the item is open and nobody's from ``on``.

    Parameters
    ----------
    db
        A transaction with the scope of who acts.
    item_no
        Number of the item.
    on
        First day on which it counts as open again.

    Raises
    ------
    NotFound
        No such item among the caller's rows.
    UserError
        The item is open already or solved (only a check finds it again), or it is not the caller's to change.
    """
    _must_be(db, item_no, "accepted", "assigned")
    change = f"state = 'open', reason = NULL, owner_no = NULL, due_on = NULL, open_days = {_OPENED}"
    _change(db, item_no, change, on=on)


def _must_be(db: Connection, item_no: str, *states: str) -> None:
    state = db.execute(text("SELECT state FROM grid.work_item WHERE item_no = :item"), {"item": item_no}).scalar()
    if state is None:
        raise NotFound("work.no_such_item", item=item_no)
    if state not in states:
        raise UserError(f"work.is_{state}", item=item_no)


def _must_answer_for_it(db: Connection, item_no: str, person_no: str, on: date) -> None:
    if person_no in {each.person_no for each in item_candidates(db, item_no, on)}:
        return
    known = text("SELECT EXISTS (SELECT FROM grid.person WHERE person_no = :person)")
    if not db.execute(known, {"person": person_no}).scalar_one():
        raise NotFound("work.no_such_person", person=person_no)
    raise UserError("work.no_post", person=person_no, on=on)


def _change(db: Connection, item_no: str, change: str, **values: Any) -> None:
    done = db.execute(text(f"UPDATE grid.work_item SET {change} WHERE item_no = :item"), values | {"item": item_no})
    if not done.rowcount:
        raise UserError("work.not_yours", item=item_no)
