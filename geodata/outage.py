"""What a person is told when something the program stands on is away or full: no fault of ours, nothing to report."""

from __future__ import annotations

import errno

import psycopg
from sqlalchemy.exc import DBAPIError

from geodata.database.cut_off import is_cut_off
from geodata.errors import Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BUSY = psycopg.errors.InsufficientResources


def outage_of(fault: BaseException) -> Unavailable | None:
    """The outage an error comes from.

    Parameters
    ----------
    fault
        Any error, with what it was raised from; several at once, where tasks ran side by side.

    Returns
    -------
    outage
        The database is away or takes no more connections, or a disk is full, the server's or this machine's; None for
        every other error.
    """
    if is_cut_off(fault):
        return Unavailable("error.database_away")
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, BaseExceptionGroup):
            return next(filter(None, map(outage_of, cause.exceptions)), None)
        said = cause.orig if isinstance(cause, DBAPIError) else cause
        if isinstance(said, psycopg.errors.DiskFull) or (isinstance(said, OSError) and said.errno in _FULL):
            return Unavailable("error.disk_full")
        if isinstance(said, _BUSY):
            return Unavailable("error.database_away")
        cause = cause.__cause__
    return None
