"""How fresh the data are: the header stamp, and the version caches and ETags hang on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from geodata.rules import rule_value, rules_version

_STAMP = "SELECT grid.data_as_of(:as_of) AS data_as_of, loaded_at, synthetic FROM grid.load_stamp()"


@dataclass(frozen=True)
class Freshness:
    """The stamp every page shows; ``stale`` when the newest event is older than the rule ``stale_days``."""

    data_as_of: date | None
    loaded_at: datetime | None
    rules_version: date | None
    synthetic: bool
    stale: bool
    version: str


def data_version(db: Connection) -> str:
    """A short token that changes whenever any fact or rule changes (domain rule 17: one query, one number).

    Parameters
    ----------
    db
        Connection of any role; the token is of all data, whoever asks.

    Returns
    -------
    token
        12 hex digits; equal as long as no fact and no rule changed.
    """
    seen = db.execute(text("SELECT grid.data_version()")).scalar_one()
    return hashlib.sha256(seen.encode()).hexdigest()[:12]


def first_day(db: Connection) -> date | None:
    """The day on which the facts begin.

    Parameters
    ----------
    db
        Connection of any role; the day is of the whole area, whoever asks.

    Returns
    -------
    day
        Of the first thing that happened at a subject; None while nothing has.
    """
    found: date | None = db.execute(text("SELECT grid.data_from()")).scalar_one()
    return found


def is_synthetic(db: Connection) -> bool:
    """Whether anything loaded is a demonstration; asked before anybody is signed in.

    Parameters
    ----------
    db
        Connection of any role.

    Returns
    -------
    synthetic
        True when any batch was ever loaded as synthetic, taken back or not.
    """
    return bool(db.execute(text("SELECT synthetic FROM grid.load_stamp()")).scalar_one())


def read_freshness(db: Connection, as_of: date) -> Freshness:
    """The stamp every page shows, as of a day.

    Parameters
    ----------
    db
        Connection of any role; the stamp is of the whole district, whoever asks.
    as_of
        The day, inclusive.

    Returns
    -------
    stamp
        ``stale`` when the newest event is older than ``stale_days`` of that day; never when there is no event.

    Raises
    ------
    NotFound
        The rule ``stale_days`` had not come into force by then.
    """
    row = db.execute(text(_STAMP), {"as_of": as_of}).one()
    age = None if row.data_as_of is None else (as_of - row.data_as_of).days
    stale = age is not None and age > int(rule_value(db, "stale_days", as_of))
    return Freshness(row.data_as_of, row.loaded_at, rules_version(db, as_of), row.synthetic, stale, data_version(db))
