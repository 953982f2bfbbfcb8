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

from etl import adapt
from etl.files import files_in, sheets
from etl.mapping import FormatMapping
from etl.mapping import read as read_mapping
from etl.mapping_check import check
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


def _load_together(engine: Engine, plans: list[Plan], options: Options, progress: Progress | None) -> list[FileReport]:
    """Load the sheets of one file, or of all files of a mapping, in one transaction."""
    at_work = plans[0].sheet.file
    sums = {file: _sha256(file) for file in {each.sheet.file for each in plans}}
    reports: list[FileReport] = []
    try:
        with writing(engine) as db:
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOAD_LOCK})
            for at, each in enumerate(plans, start=1):
                at_work = each.sheet.file
                more = any(later.source.kind == each.source.kind for later in plans[at:])
                reports.append(load_sheet(db, each, options, sums[at_work], progress, more=more))
                if not reports[-1].loaded:
                    raise _Undo
    except _Undo:
        *before, refused = reports
        undone = [replace(each, loaded=False, batch_id=None, new=0, changed=0, same=0) for each in before]
        return [*undone, refused]
    except (DBAPIError, psycopg.Error) as error:
        refusal = refusal_of(error, at_work.name)
        if refusal is None:
            raise
        raise refusal from error
    return reports


def _mapped(
    engine: Engine, mapping: FormatMapping, files: list[Path], options: Options, progress: Progress | None
) -> list[FileReport]:
    """Load the files a mapping knows, all in one transaction; the others are named."""
    check(mapping)
    known = {file: adapt.file_plans(mapping, file) for file in files}
    plans = adapt.in_order([*adapt.literal_plans(mapping), *(plan for found in known.values() for plan in found)])
    if not any(known.values()):
        raise UserError("etl.mapping.no_files", mapping=mapping.path.name, files=" ".join(file.name for file in files))
    reports = [
        FileReport(file.name, "", "", note=say("etl.mapping.not_named", settings().lang, file=file.name))
        for file, found in known.items()
        if not found
    ]
    done = _load_together(engine, plans, options, progress)
    stopped_by = "" if done[-1].loaded else done[-1].file
    for each in plans[len(done) :]:
        note = say("etl.not_tried", settings().lang, file=each.sheet.file.name, refused=stopped_by)
        done.append(FileReport(each.sheet.file.name, each.sheet.name, each.source.kind, note=note))
    return reports + done


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
    mapping: Path | str | None = None,
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
    mapping
        The name of a shipped mapping or a mapping file: what it names is loaded in one transaction, the rest is told.

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
        if mapping is None or file.resolve() != Path(mapping).resolve()
    ]
    if mapping is not None:
        files = [file for files, _ in found for file in files]
        return reports + _mapped(engine, read_mapping(mapping), files, options, progress)
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
        outcome = _load_together(engine, plans, options, progress)
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
