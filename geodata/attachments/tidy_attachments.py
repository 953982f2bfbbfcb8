"""Attachments kept longer than the rule says, and bytes that no row names, are taken out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

from geodata.attachments.attachment_store import THUMB, AttachmentStore, KeptFile
from geodata.locks import Lock, take_lock

UNNAMED_SECONDS = 24 * 3600
"""How long bytes lie that no row names, counted from when they last arrived; as long does a file that never did."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Tidied:
    """How many attachments had been kept long enough, and how many files went."""

    rows: int
    files: int


def tidy_attachments(transaction: Callable[[], AbstractContextManager[Connection]], store: AttachmentStore) -> Tidied:
    """Do both; it may be interrupted anywhere and done again.

    Parameters
    ----------
    transaction
        Opens a transaction of the worker's role, or of somebody who sees after jobs.
    store
        Where the bytes lie.

    Returns
    -------
    tidied
        What went.

    Raises
    ------
    SetupError
        The store does not answer.
    """
    with transaction() as db:
        rows = int(db.execute(text("SELECT grid.forget_old_attachments()")).scalar_one())
    old = _old_files(store)
    files = 0
    while several := list(islice(old, _AT_ONCE)):
        with transaction() as db:
            files += _remove_unnamed(db, store, several)
    _forget_arrivals(store.incoming)
    return Tidied(rows, files)


def _old_files(store: AttachmentStore) -> Iterator[KeptFile]:
    before = time.time() - UNNAMED_SECONDS
    return (each for each in store.list_files() if each.kept_at < before)


def _remove_unnamed(db: Connection, store: AttachmentStore, several: list[KeptFile]) -> int:
    """Nobody attaches meanwhile: what arrives again waits for the lock, and is then written again."""
    take_lock(db, Lock.ATTACHMENTS)
    hashes = sorted({each.name.removesuffix(THUMB) for each in several})
    named = set(db.execute(text("SELECT grid.attached_of(:hashes)"), {"hashes": hashes}).scalars())
    gone = [each for each in several if each.name.removesuffix(THUMB) not in named]
    for each in gone:
        store.remove_file(each.name)
    return len(gone)


def _forget_arrivals(incoming: Path) -> None:
    before = time.time() - UNNAMED_SECONDS
    for file in incoming.glob("*"):
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
