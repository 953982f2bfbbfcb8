"""Loading files and folders: each file in one transaction, in the order in which facts refer to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from etl.load.batch_differences import DIFFERENCES_SHOWN
from etl.load.database_refusal import refusal_of
from etl.load.file_report import FileReport, Preview
from etl.load.load_options import Options, Progress, Said, options_from
from etl.load.load_sheet import load_sheet
from etl.load.plan_files import plan_load
from etl.recognise.sheet_plan import Plan
from etl.sources import discover
from geodata.calendar import today
from geodata.database.scope import undo_on_exit, write_transaction
from geodata.levels import use_levels
from geodata.locale import translate
from geodata.locks import Lock, take_lock
from geodata.preview.overdue_moved import compare_overdue, overdue_subjects
from geodata.settings import settings
from geodata.territory.level_table import read_levels, use_levels_of


class _Undo(Exception):
    """Leaves the transaction of a file with more faults than allowed."""


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _load_sheets(db: Connection, plans: list[Plan], options: Options, progress: Progress | None) -> list[FileReport]:
    """The sheets of a file, or of all files of a mapping, inside the caller's transaction.

    Stops at a refused one, unless it is a preview.
    """
    # one load at a time: two of the same file would each find the rows of the other missing
    take_lock(db, Lock.LOAD)
    use_levels(read_levels(db))
    db.execute(text("DROP TABLE IF EXISTS pg_temp.said"))
    sums = {file: _sha256(file) for file in {each.sheet.file for each in plans}}
    reports: list[FileReport] = []
    for at, each in enumerate(plans, start=1):
        more = any(later.source.kind == each.source.kind for later in plans[at:])
        with _explained(each.sheet.file):
            reports.append(load_sheet(db, each, options, sums[each.sheet.file], progress, more=more))
        if not reports[-1].loaded and options.differences is None:
            break
    return reports


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """The database's refusals as sentences about ``file``."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        refusal = refusal_of(error, file.name)
        if refusal is None:
            raise
        raise refusal from error


def _load_together(engine: Engine, plans: list[Plan], options: Options, progress: Progress | None) -> list[FileReport]:
    """Load sheets in one transaction; the report of a refused one is the last."""
    reports: list[FileReport] = []
    try:
        with _explained(plans[0].sheet.file), write_transaction(engine) as db:
            reports = _load_sheets(db, plans, options, progress)
            if not reports[-1].loaded:
                raise _Undo
    except _Undo:
        *before, refused = reports
        undone = [replace(each, loaded=False, batch_id=None, new=0, changed=0, same=0) for each in before]
        return [*undone, refused]
    return reports


def _listed(paths: Path | str | Iterable[Path | str]) -> list[Path]:
    return [Path(path) for path in ([paths] if isinstance(paths, (str, Path)) else paths)]


def load_files(
    engine: Engine,
    paths: Path | str | Iterable[Path | str],
    *,
    progress: Progress | None = None,
    **said: Unpack[Said],
) -> list[FileReport]:
    """Load files, or all data files of folders.

    Every file is recognised before the first is loaded. A file with more than ``max_rejects`` faulty rows changes
    nothing and ends the load: the files after it are reported with ``loaded=False`` and a note, those before it stay.

    Parameters
    ----------
    engine
        Engine of a role that may load: the owner's, or ``grid_load``'s.
    paths
        Files and folders; of a folder every data file in it, the others are told in the reports.
    progress
        Called with the file's name, rows read so far, and all its rows (None: not known).
    **said
        What a person says about the files:

        - ``kind``: The kind of fact of every file; None: told by sheet name, file name or headings.
        - ``datum``: The datum of all coordinates that have none in a column of their own; never assumed.
        - ``max_rejects``: How many faulty rows a file may have and still be loaded without them.
        - ``valid_from``: The day (inclusive) from which units hold that say no day themselves.
        - ``where``: ``heading=value``: only rows with that cell; the others are counted and named in the report.
        - ``columns``: Heading → field, for headings that are not understood, or wrongly; an empty field leaves the
          column out. After its kind and a dot a heading is corrected in sheets of that kind alone.
        - ``accept_renames``: Units whose name differs from the one in force are renamed on their date, not refused
          as conflicts.
        - ``mapping``: The name of a shipped mapping or a mapping file: what it names is loaded in one transaction,
          the rest is told.

    Returns
    -------
    reports
        One per sheet, in load order, with those of files that are no data first; ``batch_id`` is None where nothing
        was loaded.

    Raises
    ------
    UserError
        A file cannot be read, recognised or placed, or ends in the database's own refusal (``Rejected``).
    """
    use_levels_of(engine)
    options = options_from(said)
    reports, planned = plan_load(said, options, _listed(paths))
    stopped_by = ""
    for plans in planned:
        outcome = [] if stopped_by else _load_together(engine, plans, options, progress)
        if not all(each.loaded for each in outcome):
            stopped_by = outcome[-1].file
        reports += [*outcome, *(_not_tried(each, stopped_by) for each in plans[len(outcome) :])]
    return reports


def load_in_transaction(
    db: Connection,
    paths: Path | str | Iterable[Path | str],
    *,
    progress: Progress | None = None,
    **said: Unpack[Said],
) -> list[FileReport]:
    """Load files as ``load_files`` does, but in the caller's transaction: all are there together or none is.

    Parameters
    ----------
    db
        A transaction that may load.
    paths
        Files and folders, as for ``load_files``.
    progress
        Called as for ``load_files``.
    **said
        What a person says about the files; each word is explained at ``load_files``.

    Returns
    -------
    reports
        One per sheet, in load order; the last one's ``loaded`` is False where a file was refused: the caller is then to
        undo the transaction.

    Raises
    ------
    UserError
        As ``load_files``.
    """
    use_levels(read_levels(db))
    options = options_from(said)
    reports, planned = plan_load(said, options, _listed(paths))
    for plans in planned:
        reports += _load_sheets(db, plans, options, progress)
        if not reports[-1].loaded:
            break
    return reports


def _not_tried(left: Plan, stopped_by: str) -> FileReport:
    note = translate("etl.not_tried", settings().lang, file=left.sheet.file.name, refused=stopped_by)
    return FileReport(left.sheet.file.name, left.sheet.name, left.source.kind, note=note)


def preview_load(
    base: Engine | Connection,
    paths: Path | str | Iterable[Path | str],
    *,
    progress: Progress | None = None,
    differences: int = DIFFERENCES_SHOWN,
    **said: Unpack[Said],
) -> Preview:
    """What ``load_files`` with the same words would do, without doing it: the very same engine, its transaction undone.

    Files see the files before them, as in a load. Rows with faults are left out and the others tried, so that a person
    sees at once what is wrong and what would come; ``FileReport.loaded`` says whether a load would accept the sheet.

    Parameters
    ----------
    base
        An engine, or a connection (whose transaction stays as it was).
    paths
        Files and folders, as for ``load_files``.
    progress
        Called as for ``load_files``.
    differences
        How many rows are compared column by column for each sheet; the counts are always of all.
    **said
        What a person says about the files; each word is explained at ``load_files``.

    Returns
    -------
    preview
        One report per sheet, in load order, without a batch; nothing stays in the database.

    Raises
    ------
    UserError
        As ``load_files``.
    """
    options = replace(options_from(said), differences=differences)
    reports, planned = plan_load(said, options, _listed(paths))
    with base.connect() if isinstance(base, Engine) else nullcontext(base) as db, undo_on_exit(db):
        take_lock(db, Lock.LOAD)  # or another load under way would count as an effect of this one
        before = overdue_subjects(db, today())
        for plans in planned:
            found = _load_sheets(db, plans, options, progress)
            whole = all(each.loaded for each in found)
            reports += [replace(each, batch_id=None, loaded=each.loaded and whole) for each in found]
        moved = compare_overdue(before, overdue_subjects(db, today()))
    return Preview(tuple(reports), moved)


def list_kinds() -> tuple[str, ...]:
    """The kinds of fact, in load order.

    Returns
    -------
    kinds
        The keys of the sources.
    """
    return tuple(discover())
