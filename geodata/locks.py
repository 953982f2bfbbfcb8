"""The advisory locks, each with its name: what waits for what, in Python and in the functions of ``geodata/schema``."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """Who holds one keeps every other holder of the same waiting until its transaction ends; different ones never meet.

    The number of a lock is never given to another: programs of two versions may run at one time.
    """

    MIGRATION = 220602
    """Two upgrades of one database."""
    WORK_LIST = 220603
    """Two looks over the grid that write the work list."""
    LOAD = 220604
    """Loads and their undoing: each sees what the one before has written."""
    SIGN_IN = 220605
    """Tries at one login (a second number, the login's, stands beside it): they are counted one after another."""
    ATTACHMENTS = 220606
    """Attachments added (many at once, shared) and files tidied away (alone): none goes that a row is about to name."""
    RESTORE = 2206077
    """Two that bring a backup back into one database."""
    LET_IN = 2206024
    """Two processes that give the program's roles a password."""


def take_lock(db: Connection, lock: Lock, *, shared: bool = False) -> None:
    """Wait for ``lock`` and hold it until the running transaction ends.

    Parameters
    ----------
    db
        A transaction; one that holds the lock already goes on at once.
    lock
        Which one.
    shared
        Whether others may hold it too, as long as each of them shares it.
    """
    way = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    db.execute(text(f"SELECT {way}(:key)"), {"key": lock.value})
