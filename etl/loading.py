"""Loading files and folders: each file in one transaction, in the order in which facts refer to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from etl.files import files_in, sheets
from etl.pipeline import Options, Progress, load_sheet
from etl.recognise import Plan, plan
from etl.report import FileReport
from etl.selection import Where
from etl.source import discover
from etl.violation import refusal_of
from geodata.database import writing
from geodata.errors import UserError
from geodata.settings import settings
from geodata.vocabulary import Datum
from geodata.words import say

# one load at a time: two of the same file would each find the rows of the other missing (any constant number serves)
_LOAD_LOCK = 220602


class _Undo(Exception):
    """Leaves the transaction of a file with more faults than allowed."""


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _plans(file: Path, options: Options) -> list[Plan]:
    found = sheets(file)
    plans = [plan(each, options.kind, options.datum, alone=len(found) == 1) for each in found]
    return sorted(plans, key=lambda each: each.source.order)


def _load_file(engine: Engine, plans: list[Plan], options: Options, progress: Progress | None) -> list[FileReport]:
    file = plans[0].sheet.file
    sha256 = _sha256(file)
    reports: list[FileReport] = []
    try:
        with writing(engine) as db:
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOAD_LOCK})
            for at, each in enumerate(plans, start=1):
                more = any(later.source is each.source for later in plans[at:])
                reports.append(load_sheet(db, each, options, sha256, progress, more=more))
                if not reports[-1].loaded:
                    raise _Undo
    except _Undo:
        *before, refused = reports
        undone = [replace(each, loaded=False, batch_id=None, new=0, changed=0, same=0) for each in before]
        return [*undone, refused]
    except (DBAPIError, psycopg.Error) as error:
        refusal = refusal_of(error, file.name)
        if refusal is None:
            raise
        raise refusal from error
    return reports


def load(
    engine: Engine,
    paths: Path | str | Iterable[Path | str],
    *,
    kind: str | None = None,
    datum: Datum | str | None = None,
    max_rejects: int = 0,
    synthetic: bool = False,
    progress: Progress | None = None,
    valid_from: date | None = None,
    where: str | None = None,
) -> list[FileReport]:
    """Load files, or all data files of folders.

    Every file is recognised before the first is loaded. A file with more than ``max_rejects`` faulty rows changes
    nothing and ends the load: the files after it are reported with ``loaded=False`` and a note, those before it stay.

    Parameters
    ----------
    kind
        The kind of fact of every file; None: told by sheet name, file name or headings.
    datum
        The datum of all coordinates that have none in a column of their own; never assumed.
    max_rejects
        How many faulty rows a file may have and still be loaded without them.
    valid_from
        The day (inclusive) from which units hold that say no day themselves.
    where
        ``heading=value``: only rows with that cell; the others are counted and named in the report.

    Raises
    ------
    UserError
        A file cannot be read, recognised or placed, or ends in the database's own refusal (``Rejected``).
    """
    options = Options(
        kind=kind,
        datum=_datum(datum),
        max_rejects=max_rejects,
        valid_from=valid_from,
        where=Where.parse(where) if where else None,
        synthetic=synthetic,
    )
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found = [files_in(Path(path)) for path in given]
    reports = [
        FileReport(file.name, "", "", note=say("etl.not_data", settings().lang, file=file.name))
        for _, others in found
        for file in others
    ]
    planned = [_plans(file, options) for files, _ in found for file in files]
    if not planned:
        raise UserError("etl.no_files", paths=", ".join(str(path) for path in given))
    stopped_by = ""
    # registers before boundaries: a boundary file leans on what the register says
    for plans in sorted(planned, key=lambda each: (each[0].source.order, each[0].sheet.spatial)):
        file = plans[0].sheet.file.name
        if stopped_by:
            note = say("etl.not_tried", settings().lang, file=file, refused=stopped_by)
            reports += [FileReport(file, each.sheet.name, each.source.kind, note=note) for each in plans]
            continue
        outcome = _load_file(engine, plans, options, progress)
        reports += outcome
        if not all(each.loaded for each in outcome):
            stopped_by = file
    return reports


def _datum(said: Datum | str | None) -> Datum | None:
    if said is None or said in list(Datum):
        return Datum(said) if said else None
    raise UserError("etl.no_such_datum", datum=said, datums=" ".join(Datum))


def kinds() -> tuple[str, ...]:
    """The kinds of fact, in load order."""
    return tuple(discover())
