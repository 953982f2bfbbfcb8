"""Looking at a file, loading it, taking a batch back, on behalf of an account.

A load checks what a row may say against everything that is there, so it needs another role than the pages': that of
loads, for this act alone. Only jobs do so, and only for accounts whose posts are to keep the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard.screens.data.uploads import Waiting
from etl import Preview, undo_batches
from etl.load.file_report import FileReport
from etl.load.load_files import load_files, preview_load
from etl.load.load_options import Progress, Said
from etl.mapping import saved_mappings
from etl.mapping.mapping_file import known_mappings
from etl.readers.unpack import remove_left_workspaces
from geodata.calendar import day_of
from geodata.database.batches import Batch, get_batch
from geodata.database.engine import loading_engine
from geodata.database.scope import Scope
from geodata.errors import UserError

_ALL = 1_000_000_000
"""More faulty rows than any file has."""


@contextmanager
def _loading(scope: Scope) -> Iterator[Engine]:
    """An engine that may load on behalf of an account; who is one of those who keep the data is asked before."""
    engine = loading_engine(scope)
    try:
        yield engine
    finally:
        engine.dispose()


def preview_upload(scope: Scope, waiting: Waiting, path: Path, progress: Progress | None = None) -> Preview:
    """What loading the file would do; nothing is written.

    Parameters
    ----------
    scope
        On whose behalf.
    waiting
        The file, and what is said of it.
    path
        Where it lies.
    progress
        Called as for ``load_files``.

    Returns
    -------
    preview
        Faulty rows left out, the others tried.

    Raises
    ------
    UserError
        As a load.
    """
    with _loading(scope) as engine:
        return preview_load(engine, path, progress=progress, **load_options(waiting))


def take_in(scope: Scope, waiting: Waiting, path: Path, progress: Progress | None = None) -> list[FileReport]:
    """Load the file whole, or not at all.

    Parameters
    ----------
    scope
        On whose behalf.
    waiting
        The file, and what is said of it.
    path
        Where it lies.
    progress
        Called as for ``load_files``.

    Returns
    -------
    reports
        One per sheet, ``loaded`` False in each when the file is refused for its faults.

    Raises
    ------
    UserError
        It cannot be read or placed, a day cannot be read, or the mapping is not known.
    """
    with _loading(scope) as engine:
        return load_files(engine, path, progress=progress, **load_options(waiting))


def take_back(
    scope: Scope,
    number: int,
    progress: Callable[[int, int], object] = lambda _done, _whole: None,
    *,
    again: bool = False,
) -> Batch:
    """Take a batch back.

    Parameters
    ----------
    scope
        On whose behalf.
    number
        The batch's number.
    progress
        As for ``undo_batches``.
    again
        Whether somebody may have done it already on the way to an answer that never came: then it is done.

    Returns
    -------
    batch
        As it stood before, or stands if it was done.

    Raises
    ------
    NotFound
        There is no such batch.
    Rejected
        Something stands on it, it is taken back already, or is not the account's to take back.
    """
    with _loading(scope) as engine:
        with engine.connect() as db:
            batch = get_batch(db, number)
        if again and batch.undone_by == scope.login:
            return batch
        return undo_batches(engine, [number], progress)[0]


def remove_left_drafts() -> int:
    """Throw away what killed programs have left: unpacked archives, halves of mappings.

    Returns
    -------
    count
        How many files and folders are gone.
    """
    return remove_left_workspaces() + saved_mappings.remove_left_drafts()


def load_options(waiting: Waiting) -> Said:
    """What the person said of the file, as a load takes it.

    Parameters
    ----------
    waiting
        The file, and what is said of it; empty words say nothing.

    Returns
    -------
    said
        Only what was said; faulty rows left out means any number of them.

    Raises
    ------
    UserError
        ``valid_from`` is no day, or the mapping is not known by name.
    """
    found: dict[str, Any] = {
        "kind": waiting.kind or None,
        "datum": waiting.datum or None,
        "valid_from": day_of(waiting.valid_from) if waiting.valid_from else None,
        "mapping": _mapping(waiting.mapping),
        "columns": waiting.columns or None,
        "where": waiting.where or None,
        "accept_renames": bool(waiting.accept_renames) or None,
        "max_rejects": _ALL if waiting.leave_faulty else None,
    }
    return Said(**{name: value for name, value in found.items() if value is not None})  # type: ignore[typeddict-item]


def _mapping(name: str) -> Path | None:
    """The file of a mapping that is known by name; never a path somebody wrote."""
    if not name:
        return None
    if name not in known_mappings():
        raise UserError("data.error.mapping")
    return known_mappings()[name]
