"""Whether an error comes from the database having gone away: what it had been told last may be done, or may not."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

_GONE = ("08", "57P")
"""Beginnings of SQLSTATE: the connection failed, the server ends or begins. Without one nothing answered at all."""


def is_cut_off(error: BaseException | None) -> bool:
    """Whether an error, or one that it was raised from, is that of a connection that was lost or never came about.

    Parameters
    ----------
    error
        Any error.

    Returns
    -------
    cut_off
        False for what a server that is there has refused; of several at once, whether one of them is.
    """
    while error is not None:
        if isinstance(error, BaseExceptionGroup):
            return any(map(is_cut_off, error.exceptions))
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.OperationalError):
            return cause.sqlstate is None or cause.sqlstate.startswith(_GONE)
        error = error.__cause__
    return False
