"""How the files of a load are read: sheet by sheet as recognised, or as a mapping says, in load order."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from etl.load.file_report import FileReport
from etl.load.load_options import Options, Said, options_from
from etl.mapping import mapped_sheets
from etl.mapping.mapping_check import check_mapping
from etl.mapping.mapping_file import read_mapping
from etl.readers.data_files import files_in
from etl.recognise.headings import corrections_of
from etl.recognise.open_sheets import open_sheets
from etl.recognise.sheet_plan import Plan, plan_sheet, without_hidden
from geodata.errors import UserError
from geodata.locale import translate
from geodata.settings import settings


def _plans(file: Path, options: Options) -> tuple[list[FileReport], list[Plan]]:
    """Notes about hidden sheets, and how to read the others."""
    found, hidden = without_hidden(open_sheets(file))
    notes = [_note("hidden_sheet", file, each.name) for each in hidden]
    plans = [plan_sheet(each, options.kind, options.datum, options.columns, alone=len(found) == 1) for each in found]
    return notes, sorted(plans, key=lambda each: each.source.order)


def _note(key: str, file: Path, sheet: str = "") -> FileReport:
    """The report of what was not read, and why."""
    return FileReport(file.name, sheet, "", note=translate(f"etl.{key}", settings().lang, file=file.name, sheet=sheet))


def plan_load(said: Said, options: Options, given: list[Path]) -> tuple[list[FileReport], list[list[Plan]]]:
    """Notes about files that are no data, and the others with how to read them, in load order.

    What stands together in a list is loaded in one transaction: the sheets of a file, or all files of a mapping.

    Parameters
    ----------
    said, options
        What a person says, as given and as checked.
    given
        Files and folders; a folder stands for every data file in it.

    Returns
    -------
    notes, planned
        Reports of what is not read; the plans, those of one transaction together.

    Raises
    ------
    UserError
        There is no data file, one cannot be read, recognised or placed, or a corrected heading stands in none.
    """
    mapping = said.get("mapping")
    found = [files_in(path) for path in given]
    notes = [
        _note("not_data", file)
        for _, others in found
        for file in others
        if mapping is None or file.resolve() != Path(mapping).resolve()
    ]
    files = [file for data, _ in found for file in data]
    if mapping is not None:
        unnamed, plans = _mapped(mapping, files)
        return notes + unnamed, [plans]
    read = [_plans(file, options) for file in files]
    notes += [note for hidden, _ in read for note in hidden]
    planned = [plans for _, plans in read]
    if not planned:
        raise UserError("etl.no_files", paths=", ".join(str(path) for path in given))
    unmet = set(options.columns) - {
        spelt
        for plans in planned
        for each in plans
        for title in each.sheet.headings
        for spelt in corrections_of(each.source.kind, title)
    }
    if unmet:
        raise UserError("etl.no_such_column", headings=translate("list.comma", settings().lang).join(sorted(unmet)))
    # registers before boundaries: a boundary file leans on what the register says
    return notes, sorted(planned, key=lambda each: (each[0].source.order, each[0].sheet.spatial))


def _mapped(name: Path | str, files: list[Path]) -> tuple[list[FileReport], list[Plan]]:
    """Notes about the files and sheets a mapping does not name, and how to read the others."""
    mapping = read_mapping(name)
    check_mapping(mapping)
    known = {file: mapped_sheets.file_plans(mapping, file) for file in files}
    if not any(found for found, _ in known.values()):
        raise UserError("etl.mapping.no_files", mapping=mapping.path.name, files=" ".join(file.name for file in files))
    notes = [_note("mapping.not_named", file) for file, (found, _) in known.items() if not found]
    notes += [
        _note("mapping.sheet_not_read", file, each.name) for file, (_, unread) in known.items() for each in unread
    ]
    plans = [*mapped_sheets.literal_plans(mapping), *(plan for found, _ in known.values() for plan in found)]
    return notes, mapped_sheets.in_order(plans)


def plan_sheets(file: Path, **said: Unpack[Said]) -> list[Plan]:
    """How a load with the same words would read each sheet of a file; nothing but headings is read.

    Parameters
    ----------
    file
        The file.
    **said
        What a person says about it; each word is explained at ``load_files``.

    Returns
    -------
    plans
        One per sheet that is not hidden, in load order.

    Raises
    ------
    UserError
        As ``load_files``.
    """
    return _plans(file, options_from(said))[1]
