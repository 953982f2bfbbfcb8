"""Days and periods; the only reader of the clock."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geodata.errors import UserError
from geodata.rules import rule_value
from geodata.settings import settings

FIRST = date(1900, 1, 1)
"""Nothing is known of days before; so a period that ends on a day asked about always has a beginning."""

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both inclusive."""

    start: date
    end: date


def today() -> date:
    """The local calendar day in ``GRID_TIMEZONE`` (domain §11.13).

    Returns
    -------
    day
        A date without a time; it changes at local midnight.
    """
    return datetime.now(ZoneInfo(settings().timezone)).date()


def day_of(said: str) -> date:
    """The day an ISO text says.

    Parameters
    ----------
    said
        A day as YYYY-MM-DD; blanks around it are ignored.

    Returns
    -------
    day
        The day said.

    Raises
    ------
    UserError
        The text says no day, or one that no calendar has.
    """
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        key = "error.no_such_day" if _WRITTEN.fullmatch(said.strip()) else "error.date_unreadable"
        raise UserError(key, text=said[:40]) from None


def past_day_of(said: str) -> date:
    """The day an ISO text says, as of which something is asked: of one to come nothing is known.

    Parameters
    ----------
    said
        A day as YYYY-MM-DD; blanks around it are ignored.

    Returns
    -------
    day
        Inclusive, never after today nor before ``FIRST``.

    Raises
    ------
    UserError
        The text says no day, one that no calendar has, or one after today.
    """
    found, now = day_of(said), today()
    if found > now:
        raise UserError("error.day_to_come", text=found, today=now)
    if found < FIRST:
        raise UserError("error.day_too_early", text=found, first=FIRST)
    return found


def coverage_period(db: Connection, as_of: date) -> Period:
    """The rolling window that ends on ``as_of``; the dated rule ``coverage_window_days`` has its length.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    as_of
        Last day of the period, inclusive.

    Returns
    -------
    period
        As many days as the rule in force on ``as_of`` says, ``as_of`` counted.

    Raises
    ------
    NotFound
        The rule had not come into force by then.
    """
    days = int(rule_value(db, "coverage_window_days", as_of))
    return Period(as_of - timedelta(days=days - 1), as_of)


def test_period(db: Connection, as_of: date) -> Period:
    """The natural year to date, or a rolling window of days; the dated rule ``test_window`` says which.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    as_of
        Last day of the period, inclusive.

    Returns
    -------
    period
        From 1 January of the year, or as many days as the rule says, to ``as_of``; both ends inclusive.

    Raises
    ------
    NotFound
        The rule had not come into force by then.
    """
    window = rule_value(db, "test_window", as_of)
    if window == "year":
        return Period(date(as_of.year, 1, 1), as_of)
    return Period(as_of - timedelta(days=int(window) - 1), as_of)


def month_ends(until: date, months: int) -> list[date]:
    """Last days of the months up to a day.

    Parameters
    ----------
    until
        The last day wanted, whether or not its month ends there.
    months
        How many days to give; less than one gives one.

    Returns
    -------
    days
        Last days of months, oldest first; the last one is ``until`` itself.
    """
    days = [until]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def months_earlier(day: date, months: int) -> date:
    """The same day of a month before; the last of that month where it has no such day.

    Parameters
    ----------
    day
        Counted back from.
    months
        How many months, not below 0.

    Returns
    -------
    day
        31 March less one month is 28 or 29 February.
    """
    back = day.year * 12 + day.month - 1 - months
    year, month = divmod(back, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
