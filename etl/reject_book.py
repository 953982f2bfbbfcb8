"""The workbook of faults: each rejected row as it was sent, its faults beside it, and a list of all faults.

Mended there, the sheets load again: they keep their kind's name and headings, and the added columns are not fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from etl.geometry import in_degrees
from etl.headings import heading, kind_name, names
from etl.reject import Reject
from etl.report import FileReport
from etl.sheet import Sheet
from etl.source import Shape, discover
from etl.workbook import FAULT_FILL, put, put_heading, save
from geodata.settings import settings
from geodata.words import Lang, say

MOST_ROWS = 100_000
_HIDDEN = "***"


def _originals(sheet: Sheet, rows: set[int], *, points: bool) -> dict[int, list[str]]:
    """The cells of the given rows as they stand in the file; ``points``: longitude and latitude behind them."""
    found: dict[int, list[str]] = {}
    with closing(sheet.chunks()) as chunks:
        for chunk in chunks:
            meant = chunk.cells.index.isin(list(rows))
            wanted = chunk.cells[meant]
            places: list[list[str]] = [[]] * len(wanted)
            if points and chunk.geometry is not None:
                places = [_place(shape) for shape in in_degrees(chunk.geometry[meant], sheet.crs)]
            lines = wanted.itertuples(index=False, name=None)
            for number, row, place in zip(wanted.index, lines, places, strict=True):
                found[int(number)] = [cell if isinstance(cell, str) else "" for cell in row] + place
            if len(found) == len(rows):
                break
    return found


def _place(shape: Any) -> list[str]:
    known = shape is not None and shape.geom_type == "Point" and not shape.is_empty
    return [repr(float(shape.x)), repr(float(shape.y))] if known else ["", ""]


def _places(report: FileReport, sheet: Sheet) -> dict[str, list[int]]:
    """Field → the columns of the file its text was made of."""
    made_of = report.read_from or {field: (title,) for field, title in report.columns.items()}
    return {field: [sheet.headings.index(title) for title in titles] for field, titles in made_of.items()}


def _titles(sheet: Sheet, report: FileReport, lang: Lang) -> list[str]:
    """The file's headings; one that a person had to correct is written so that it is understood by itself."""
    if report.read_from:
        return list(sheet.headings)  # the mapping knows them
    source = discover()[report.kind]
    told = {
        title: field for field, title in report.columns.items() if not names(source.kind, title, source.field(field))
    }
    return [heading(source.kind, told[title], lang) if title in told else title for title in sheet.headings]


def _write_rows(page: Worksheet, sheet: Sheet, report: FileReport, rejects: Sequence[Reject], lang: Lang) -> None:
    source = discover()[report.kind]
    place_of = _places(report, sheet)
    secret = {place for each in source.fields if each.secret for place in place_of.get(each.name, [])}
    # a workbook has no shapes: points go along as numbers
    points = sheet.spatial and source.shape is Shape.POINT
    titles = _titles(sheet, report, lang)
    if points:
        titles += [heading(source.kind, field, lang) for field in ("lon", "lat")]
    added = len(titles) + 1
    for place, title in enumerate(titles, start=1):
        put_heading(page, place, title)
    put_heading(page, added, say("etl.workbook.row", lang))
    put_heading(page, added + 1, say("etl.workbook.reason", lang))
    by_row: dict[int, list[Reject]] = {}
    for reject in rejects:
        by_row.setdefault(reject.row, []).append(reject)
    originals = _originals(sheet, set(by_row), points=points)
    for line, (number, faults) in enumerate(sorted(by_row.items()), start=2):
        for place, cell in enumerate(originals.get(number, []), start=1):
            put(page, line, place, _HIDDEN if cell and place - 1 in secret else cell)
        put(page, line, added, str(number))
        put(page, line, added + 1, " ".join(f"{each.column}: {each.reason}{each.remedy}" for each in faults))
        for fault in faults:
            for place in place_of.get(fault.field, []):
                cell_at = page.cell(row=line, column=place + 1)
                cell_at.fill = FAULT_FILL
                cell_at.comment = Comment(f"{fault.reason}{fault.remedy}", "")
    page.freeze_panes = "A2"


def _write_list(page: Worksheet, rejects: Iterable[Reject], lang: Lang) -> None:
    titles = (
        "cli.file",
        "cli.sheet",
        "workbook.row",
        "workbook.column",
        "workbook.value",
        "workbook.reason",
        "workbook.remedy",
    )
    for place, title in enumerate(titles, start=1):
        put_heading(page, place, say(f"etl.{title}", lang))
    for line, each in enumerate(rejects, start=2):
        said = (each.file, each.sheet, str(each.row), each.column, each.value, each.reason, each.remedy)
        for place, value in enumerate(said, start=1):
            put(page, line, place, value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"


def write_rejects(out: Path, reports: Sequence[FileReport]) -> int:
    """Write all faults of ``reports`` to ``out``; how many were written (at most ``MOST_ROWS``).

    The files are read again for the original rows.

    Raises
    ------
    UserError
        ``out`` cannot be written.
    """
    lang = settings().lang
    book = Workbook()
    book.remove(book.worksheets[0])
    left = MOST_ROWS
    listed: list[Reject] = []
    for report in reports:
        rejects = report.rejects[:left]
        if not rejects or report.table is None:
            continue
        left -= len(rejects)
        listed += rejects
        number = sum(page.title.startswith(kind_name(report.kind, lang)) for page in book.worksheets)
        page = book.create_sheet(kind_name(report.kind, lang) + (f" {number + 1}" if number else ""))
        _write_rows(page, report.table, report, rejects, lang)
    _write_list(book.create_sheet(say("etl.sheet.faults", lang)), listed, lang)
    save(book, out)
    return len(listed)
