"""Trying a change out: what is seen before it and after it, in one transaction, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from geodata.database.scope import undo_on_exit

Seen = TypeVar("Seen")


def look_before_and_after(
    db: Connection, change: Callable[[Connection], object], look: Callable[[Connection], Seen]
) -> tuple[Seen, Seen]:
    """What is seen before a change and after it; the change is undone.

    Parameters
    ----------
    db
        A transaction of ``steady_transaction``, or loads of others would count as effects of the change; with the scope
        of who asks, so that it is tried out with the rights it will be made with.
    change
        Makes the change on the connection it is given.
    look
        Reads what is to be compared.

    Returns
    -------
    before, after
        What ``look`` gave.

    Raises
    ------
    UserError
        Whatever ``change`` refuses by.
    """
    before = look(db)
    with undo_on_exit(db):
        change(db)
        after = look(db)
    return before, after
