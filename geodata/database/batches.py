"""Batches: every change of facts belongs to one, which is listed, and remembers what it found before."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geodata.errors import NotFound

_OPEN = """
INSERT INTO grid.load_batch (kind, file_name, file_sha256, datum, synthetic, rows_read, rows_rejected, loaded_by)
VALUES (:kind, :file, :sha256, :datum, :synthetic, :read, :rejected, coalesce(grid.signed_in(), :by))
RETURNING id
"""
_LISTED = """
SELECT id, kind, file_name, file_sha256, datum, loaded_at, loaded_by, synthetic, rows_read AS read, rows_new AS new,
       rows_changed AS changed, rows_same AS same, rows_rejected AS rejected, undone_at, undone_by,
       closed_at IS NOT NULL AS closed
FROM grid.load_batch
"""


@dataclass(frozen=True)
class Batch:
    """One batch: what was loaded by whom and when, with what result, and whether it was taken back."""

    id: int
    kind: str
    file_name: str
    file_sha256: str
    datum: str | None
    loaded_at: datetime
    loaded_by: str
    synthetic: bool
    read: int
    new: int
    changed: int
    same: int
    rejected: int
    undone_at: datetime | None
    undone_by: str | None
    closed: bool
    """Whether what it found was kept; of batches older than that, or broken off, it was not."""


def operator_name() -> str:
    """Who works at this machine: the system account the process runs under.

    Returns
    -------
    name
        The account's name; its number as text when the system knows none.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def open_batch(
    db: Connection,
    kind: str,
    file_name: str,
    *,
    sha256: str = "",
    datum: str | None = None,
    synthetic: bool = False,
    read: int = 0,
    rejected: int = 0,
) -> int:
    """Begin a batch in the running transaction.

    Until the transaction ends, the first state of every row of facts that is changed or removed is kept under it, so
    that undoing it can restore it. Rows written must carry the number as ``batch_id``. Signed in, the account is named
    as the one who did it, else the system account.

    Parameters
    ----------
    db
        A transaction of a role that may load; the setting ``grid.batch`` is its own from here on.
    kind
        Key of the kind of facts, ``visits``.
    file_name
        Name of the file, or what stands for one.
    sha256
        Checksum of the file's bytes, hexadecimal; empty when there is no file.
    datum
        The CRS declared for the file's coordinates; None when it has none.
    synthetic
        Whether the facts are made up.
    read
        How many rows the file has.
    rejected
        How many of them are left out.

    Returns
    -------
    batch
        Number of the batch.
    """
    given = {
        "kind": kind,
        "file": file_name,
        "sha256": sha256,
        "datum": datum,
        "synthetic": synthetic,
        "read": read,
        "rejected": rejected,
        "by": operator_name(),
    }
    batch = int(db.execute(text(_OPEN), given).scalar_one())
    db.execute(text("SELECT set_config('grid.batch', :batch, true)"), {"batch": str(batch)})
    return batch


def close_batch(db: Connection, batch: int, *, new: int, changed: int, same: int) -> None:
    """Note what became of the batch's rows; changes after it belong to no batch.

    Parameters
    ----------
    db
        The transaction in which the batch was begun.
    batch
        Its number.
    new
        How many rows were added.
    changed
        How many rows were there and say something else now.
    same
        How many rows were there and say the same.
    """
    db.execute(
        text(
            "UPDATE grid.load_batch SET rows_new = :new, rows_changed = :changed, rows_same = :same,"
            " closed_at = clock_timestamp() WHERE id = :batch"
        ),
        {"new": new, "changed": changed, "same": same, "batch": batch},
    )
    db.execute(text("SELECT set_config('grid.batch', '', true)"))


def list_batches(db: Connection, most: int | None = None, offset: int = 0) -> list[Batch]:
    """The batches, newest first, those taken back included.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    most
        How many to give at most; None: all.
    offset
        How many of the newest to leave out before.

    Returns
    -------
    batches
        By number, descending.
    """
    cut = "ORDER BY id DESC LIMIT :most OFFSET :offset"
    rows = db.execute(text(f"{_LISTED} {cut}"), {"most": most, "offset": offset})
    return [Batch(**row) for row in rows.mappings()]


def count_batches(db: Connection) -> int:
    """How many batches the caller may see, those taken back included.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    count
        As ``list_batches`` gives without a limit.
    """
    return int(db.execute(text("SELECT count(*) FROM grid.load_batch")).scalar_one())


def get_batch(db: Connection, number: int, *, lock: bool = False) -> Batch:
    """One batch by its number.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    number
        The batch's number.
    lock
        Whether the row is locked until the transaction ends: nobody else may take the batch back meanwhile.

    Returns
    -------
    batch
        As it stands in the list, taken back or not.

    Raises
    ------
    NotFound
        There is no such batch among the caller's rows.
    """
    found = db.execute(text(f"{_LISTED} WHERE id = :id {'FOR UPDATE' if lock else ''}"), {"id": number})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound("error.batch_unknown", batch=number)
    return Batch(**row)
