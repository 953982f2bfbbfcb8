"""Two roster entries of one subject made one, and apart again; the database does it whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geodata.database.registry import table_name
from geodata.errors import UserError
from geodata.locale import Lang, translate

REFUSED = "GM001"
"""SQLSTATE by which ``grid.merge_subjects`` and ``grid.undo_merge`` refuse; message and detail fill the sentence."""


@dataclass(frozen=True)
class Merge:
    """One merge: its number, the subject kept and the one that is part of it now, since when, by whom (a login)."""

    number: int
    kept: str
    dropped: str
    on: date
    who: str
    undone: bool


def list_merges(db: Connection, most: int) -> list[Merge]:
    """The newest merges among the caller's rows, those undone included.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    most
        How many to give at most.

    Returns
    -------
    merges
        Newest first.
    """
    rows = db.execute(
        text(
            "SELECT merge_no, kept_id, dropped_id, merged_on, merged_by, undone_at FROM grid.subject_merge"
            " ORDER BY merge_no DESC LIMIT :most"
        ),
        {"most": most},
    )
    return [Merge(row[0], row[1], row[2], row[3], row[4], undone=row[5] is not None) for row in rows]


def merge_subjects(db: Connection, keep: str, drop: str, *, on: date) -> int:
    """Make one subject part of another.

    Visits, findings, samples, posts and the frozen chains of their days move to ``keep``; what ``keep`` does not say
    (USCC, identity, point, phone …) is filled in; ``drop`` is off the roster on every day, since it never was a second
    subject. Under a signed-in scope only the section head and the data steward may.

    Parameters
    ----------
    db
        A transaction with the scope of who acts; a refusal undoes no more than this act.
    keep
        Number of the subject that stays.
    drop
        Number of the one that becomes part of it.
    on
        Day of the merge.

    Returns
    -------
    number
        By which the merge is undone.

    Raises
    ------
    UserError
        The two contradict each other (two USCCs, two identities, two people responsible on one day, two different
        chains on one day), one of them is not there or merged already, or it is not the caller's to do.
    """
    # kept with the row, so it is said in one language whatever the caller's
    why = translate("etl.merge.reason", Lang.ZH, keep=keep, on=on)
    with _refusals(keep, drop), db.begin_nested():
        number: int = db.execute(
            text("SELECT grid.merge_subjects(:keep, :drop, :on, :why)"),
            {"keep": keep, "drop": drop, "on": on, "why": why},
        ).scalar_one()
    return number


def undo_merge(db: Connection, merge_no: int) -> None:
    """Put back exactly what a merge changed.

    Parameters
    ----------
    db
        A transaction with the scope of who acts; a refusal undoes no more than this act.
    merge_no
        Number of the merge.

    Raises
    ------
    UserError
        No such merge, undone already, something it changed has changed again since, or it is not the caller's to do.
    """
    with _refusals("", ""), db.begin_nested():
        db.execute(text("SELECT grid.undo_merge(:number)"), {"number": merge_no})


@contextmanager
def _refusals(keep: str, drop: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        if not isinstance(cause, psycopg.Error) or cause.sqlstate != REFUSED:
            raise
        values = json.loads(cause.diag.message_detail or "{}")
        if "table" in values:
            values["table"] = table_name(values["table"])
        raise UserError(f"etl.merge.{cause.diag.message_primary}", **{"keep": keep, "drop": drop} | values) from None
