"""Sessions as the database keeps them: how one stands, beginning, using and ending it, and the list of one's own.

A session is named by the keyed hash of its secret, which proves whose it is: no login is asked beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from geodata.accounts.visitor import Visitor, visitor_of
from geodata.errors import NotFound
from geodata.words.session_words import Browser, OperatingSystem, SessionState, SignInWay


@dataclass(frozen=True)
class KnownSession:
    """How the session stands that a request names.

    Attributes
    ----------
    visitor : whose it is, as of today; None unless it is open, and for an account that is gone.
    is_due : whether its last use was noted more than a minute ago.
    """

    state: SessionState
    visitor: Visitor | None
    is_due: bool = False


@dataclass(frozen=True)
class OwnSession:
    """An open session of the own account; ``network`` is the first part of the address it began at, None: not known."""

    id: int
    is_present: bool
    begun_at: datetime
    seen_at: datetime
    browser: Browser
    operating_system: OperatingSystem
    network: str | None


@dataclass(frozen=True)
class Device:
    """What is noted of the browser a session begins in."""

    device_hash: str
    browser: Browser = Browser.OTHER
    operating_system: OperatingSystem = OperatingSystem.OTHER


_NOW = """
SELECT s.state, s.is_due, v.* FROM grid.session_now(:hash) AS s LEFT JOIN grid.visitor() AS v ON s.state = 'open'
"""


def find_session(db: Connection, session_hash: str) -> KnownSession:
    """How a session of the scope's login stands, and who that is, in one look.

    Parameters
    ----------
    db
        A transaction whose scope names the login.
    session_hash
        Keyed hash of the session's secret.

    Returns
    -------
    session
        ``unknown`` for one of another login, or none at all.
    """
    row = dict(db.execute(text(_NOW), {"hash": session_hash}).mappings().one())
    state, due = SessionState(row.pop("state")), bool(row.pop("is_due"))
    return KnownSession(state, visitor_of(row) if row["login"] is not None else None, due)


def begin_session(db: Connection, login: str, session_hash: str, way: SignInWay, device: Device) -> None:
    """Keep a session that begins, note the sign-in, and know the account at this device from now on.

    Parameters
    ----------
    db
        A transaction of the door; its scope's address is kept shortened.
    login
        An account whose person is proven; nothing begins for one that is disabled.
    session_hash
        Keyed hash of a fresh secret.
    way
        By what it was proven.
    device
        The browser it begins in.
    """
    asked = "SELECT grid.begin_session(:login, :hash, :device, :way, :browser, :os)"
    values = {"login": login, "hash": session_hash, "device": device.device_hash, "way": way}
    db.execute(text(asked), values | {"browser": device.browser, "os": device.operating_system})


def use_session(db: Connection, session_hash: str) -> None:
    """Note that a person has used a session; nothing happens for one that is over.

    Parameters
    ----------
    db
        A transaction of the door.
    session_hash
        Of the session.
    """
    db.execute(text("SELECT grid.use_session(:hash)"), {"hash": session_hash})


def list_own_sessions(db: Connection, session_hash: str) -> list[OwnSession]:
    """The open sessions of the account whose session it is.

    Parameters
    ----------
    db
        A transaction of the door.
    session_hash
        Of the present session.

    Returns
    -------
    sessions
        The present one first, then the one used last; empty when the present one is over.
    """
    rows = db.execute(text("SELECT * FROM grid.own_sessions(:hash)"), {"hash": session_hash}).mappings()
    words = {"browser": Browser, "operating_system": OperatingSystem}
    return [OwnSession(**dict(row) | {name: kind(row[name]) for name, kind in words.items()}) for row in rows]


def end_session(db: Connection, session_hash: str) -> None:
    """End the present session; nothing happens when it is over.

    Parameters
    ----------
    db
        A transaction of the door.
    session_hash
        Of the present session.
    """
    db.execute(text("SELECT grid.end_session(:hash)"), {"hash": session_hash})


def end_other_session(db: Connection, session_hash: str, session_id: int) -> None:
    """End another session of the own account.

    Parameters
    ----------
    db
        A transaction of the door.
    session_hash
        Of the present session.
    session_id
        Number of the other one.

    Raises
    ------
    NotFound
        The account has no such open session beside the present one.
    """
    if not _end_others(db, session_hash, session_id):
        raise NotFound("session.error.gone")


def end_other_sessions(db: Connection, session_hash: str) -> int:
    """End all sessions of the own account but the present one.

    Parameters
    ----------
    db
        A transaction of the door.
    session_hash
        Of the present session.

    Returns
    -------
    count
        How many were ended.
    """
    return _end_others(db, session_hash, None)


def end_every_session(owner: Engine) -> None:
    """End the sessions of all accounts: in a database from a backup also those stand open that were ended since.

    Parameters
    ----------
    owner
        The owner's engine.
    """
    with owner.begin() as db:
        # forgotten, not ended: no reason of which a sign-in page tells is the right one
        db.execute(text("DELETE FROM grid.session"))


def forget_sessions(queue: Engine) -> int:
    """Forget sessions that were over long ago, and devices where nobody has signed in for long.

    Parameters
    ----------
    queue
        Engine of the worker's role.

    Returns
    -------
    count
        How many sessions are forgotten.
    """
    with queue.begin() as db:
        return int(db.execute(text("SELECT grid.forget_old_sessions()")).scalar_one())


def _end_others(db: Connection, session_hash: str, which: int | None) -> int:
    asked = text("SELECT grid.end_other_sessions(:hash, CAST(:which AS numeric))")
    return int(db.execute(asked, {"hash": session_hash, "which": which}).scalar_one())
