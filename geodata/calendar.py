"""Days and periods; the only reader of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geodata.errors import UserError
from geodata.rules import rule_value
from geodata.settings import settings


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both inclusive."""

    start: date
    end: date


def today() -> date:
    """The local calendar day in the configured time zone (domain §11.13)."""
    return datetime.now(ZoneInfo(settings().timezone)).date()


def day_of(said: str) -> date:
    """The day an ISO text says (2026-11-23), blanks around it ignored; UserError when it says none."""
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise UserError("error.date_unreadable", text=said[:40]) from None


def coverage_period(db: Connection, as_of: date) -> Period:
    """The rolling window that ends on ``as_of``; its length is the dated rule ``coverage_window_days``."""
    days = int(rule_value(db, "coverage_window_days", as_of))
    return Period(as_of - timedelta(days=days - 1), as_of)


def test_period(db: Connection, as_of: date) -> Period:
    """The natural year to date, or a rolling window of days; the dated rule ``test_window`` says which."""
    window = rule_value(db, "test_window", as_of)
    if window == "year":
        return Period(date(as_of.year, 1, 1), as_of)
    return Period(as_of - timedelta(days=int(window) - 1), as_of)


def month_ends(until: date, months: int) -> list[date]:
    """The last days of the ``months`` months up to ``until``, oldest first; the last one is ``until`` itself."""
    days = [until]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]
