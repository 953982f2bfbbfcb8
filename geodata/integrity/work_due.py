"""How long whoever is given a work item has for it: two dated rules, one for the amount and one for its unit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from geodata.deadlines.due_moment import Deadline, due_moment
from geodata.deadlines.duration import Duration
from geodata.deadlines.working_days import read_calendar
from geodata.rules import rule_source, rule_value
from geodata.vocabulary import DurationUnit, StartEvent


def work_duration(db: Connection, on: date) -> Duration:
    """How long an item may take that is assigned on a day.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    on
        The day of the assignment; the rules ``work_due_days`` and ``work_due_unit`` of that day hold.

    Returns
    -------
    duration
        In working or calendar days.

    Raises
    ------
    NotFound
        A rule had not come into force by ``on``.
    UserError
        The rule's number is no length of time.
    """
    amount = rule_value(db, "work_due_days", on)
    unit = DurationUnit(rule_value(db, "work_due_unit", on))
    return Duration(amount, unit, StartEvent.ASSIGNED, rule_source(db, "work_due_days", on))


def work_deadline(db: Connection, on: date) -> tuple[Duration, Deadline]:
    """When an item is due that is assigned on a day without a word about it.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    on
        The day of the assignment, which is not counted.

    Returns
    -------
    duration, deadline
        How long by the rules, and the last day for it.

    Raises
    ------
    NotFound
        A rule had not come into force by ``on``.
    UserError
        The rule's number is no length of time.
    """
    duration = work_duration(db, on)
    return duration, due_moment(duration, on, read_calendar(db))
