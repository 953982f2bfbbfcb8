"""The workbook of faults: each rejected row as it was sent, its faults beside it, and a list of all faults.

Mended there, the sheets load again: they keep their kind's name and headings, and the added columns are not fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd
import shapely
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from etl.kinds.source import Shape
from etl.load.file_report import FileReport
from etl.load.row_fault import Reject
from etl.load.stage_geometry import in_degrees
from etl.readers.sheet import Sheet
from etl.recognise.field_words import field_heading, kind_name
from etl.recognise.headings import names_field
from etl.recognise.shape_columns import boundary_places, boundary_title, join_texts, numbered_headings, split_text
from etl.sources import discover
from geodata.locale import Lang, translate
from geodata.settings import settings
from geodata.tables.spreadsheet_cell import bare_cell
from geodata.tables.workbook import FAULT_FILL, put_heading, put_remark, put_text, save_workbook

MOST_ROWS = 100_000
_HIDDEN = "***"


def _kept(sheet: Sheet, report: FileReport) -> list[int]:
    """The columns that go into the workbook as they are: all but those of a shape, which are written anew."""
    stale = boundary_places(sheet) if sheet.spatial and discover()[report.kind].shape is Shape.POLYGON else ()
    return [place for place in range(len(sheet.headings)) if place not in {*report.shape_places, *stale}]


def _originals(
    sheet: Sheet, report: FileReport, kept: list[int], rows: set[int]
) -> dict[int, tuple[list[str], list[str]]]:
    """The cells of the given rows as they stand in the columns ``kept`` of the file, and the shape as cells."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    with closing(sheet.chunks()) as chunks:
        for chunk in chunks:
            meant = chunk.cells.index.isin(list(rows))
            wanted = chunk.cells[meant]
            shapes = _shapes(sheet, report, wanted, None if chunk.geometry is None else chunk.geometry[meant])
            lines = wanted[kept].itertuples(index=False, name=None)
            for number, row, shape in zip(wanted.index, lines, shapes, strict=True):
                found[int(number)] = [cell if isinstance(cell, str) else "" for cell in row], shape
            if len(found) == len(rows):
                break
    return found


def _shapes(
    sheet: Sheet, report: FileReport, cells: pd.DataFrame, geometry: npt.NDArray[Any] | None
) -> list[list[str]]:
    """Each row's shape as cells: a workbook has no shapes, so they go along as numbers or text, never cut."""
    if report.shape_places:
        texts = join_texts(cells, report.shape_places)
        return [split_text(text) if isinstance(text, str) else [] for text in texts]
    shape = discover()[report.kind].shape
    # a layer may say longitude and latitude itself
    if geometry is None or shape is None or {"lon", "lat"} & set(report.columns):
        return [[]] * len(cells)
    flat = in_degrees(geometry, sheet.crs)
    if shape is Shape.POINT:
        return [_place(each) for each in flat]
    # -1: as many digits as it takes to read the same numbers back
    return [split_text(text or "") for text in shapely.to_wkt(flat, rounding_precision=-1)]


def _shape_titles(sheet: Sheet, report: FileReport, columns: int, lang: Lang) -> list[str]:
    if report.shape_places:
        return numbered_headings(sheet.headings[report.shape_places[0]], max(columns, 1))
    if discover()[report.kind].shape is Shape.POINT:
        return [field_heading(report.kind, field, lang) for field in ("lon", "lat")] if columns else []
    return numbered_headings(boundary_title(lang), columns)


def _place(shape: Any) -> list[str]:
    known = shape is not None and shape.geom_type == "Point" and not shape.is_empty
    return [repr(float(shape.x)), repr(float(shape.y))] if known else ["", ""]


def _places(report: FileReport, sheet: Sheet, kept: list[int]) -> dict[str, list[int]]:
    """Field → the columns of the workbook its text was made of; ``kept`` are the file's columns that go into it."""
    made_of = report.read_from or {field: (title,) for field, title in report.columns.items()}
    there = {field: [sheet.headings.index(title) for title in titles] for field, titles in made_of.items()}
    return {field: [kept.index(place) for place in places if place in kept] for field, places in there.items()}


def _titles(sheet: Sheet, report: FileReport, lang: Lang) -> list[str]:
    """The file's headings; one that a person had to correct is written so that it is understood by itself."""
    if report.read_from:
        return list(sheet.headings)  # the mapping knows them
    source = discover()[report.kind]
    told = {title: field for field, title in report.columns.items() if not names_field(source.kind, title, field)}
    return [field_heading(source.kind, told[title], lang) if title in told else title for title in sheet.headings]


def _write_rows(page: Worksheet, sheet: Sheet, report: FileReport, rejects: Sequence[Reject], lang: Lang) -> None:
    kept = _kept(sheet, report)
    place_of = _places(report, sheet, kept)
    secret = {place for each in discover()[report.kind].fields if each.secret for place in place_of.get(each.name, [])}
    by_row: dict[int, list[Reject]] = {}
    for reject in rejects:
        by_row.setdefault(reject.row, []).append(reject)
    originals = _originals(sheet, report, kept, set(by_row))
    said = _titles(sheet, report, lang)
    widest = max((len(shape) for _, shape in originals.values()), default=0)
    titles = [said[place] for place in kept] + _shape_titles(sheet, report, widest, lang)
    if len(titles) > len(kept):
        place_of["geometry"] = [len(kept)]
    added = len(titles) + 1
    for place, title in enumerate(
        [*titles, translate("etl.workbook.row", lang), translate("etl.workbook.reason", lang)], start=1
    ):
        put_heading(page, place, title)
    for line, (number, faults) in enumerate(sorted(by_row.items()), start=2):
        cells, shape = originals.get(number, ([], []))
        for place, cell in enumerate([*cells, *shape], start=1):
            put_text(page, line, place, _HIDDEN if cell and place - 1 in secret else bare_cell(cell))
        put_text(page, line, added, str(number))
        put_text(page, line, added + 1, " ".join(f"{each.column}: {each.reason}{each.remedy}" for each in faults))
        for fault in faults:
            for place in place_of.get(fault.field, []):
                cell_at = page.cell(row=line, column=place + 1)
                assert isinstance(cell_at, Cell)
                cell_at.fill = FAULT_FILL
                put_remark(cell_at, f"{fault.reason}{fault.remedy}")
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
        put_heading(page, place, translate(f"etl.{title}", lang))
    for line, each in enumerate(rejects, start=2):
        said = (each.file, each.sheet, str(each.row), each.column, each.value, each.reason, each.remedy)
        for place, value in enumerate(said, start=1):
            put_text(page, line, place, value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"


def write_rejects(out: Path, reports: Sequence[FileReport]) -> int:
    """Write all faults of ``reports`` to ``out``; how many were written (at most ``MOST_ROWS``).

    The files are read again for the original rows.

    Parameters
    ----------
    out
        The file (XLSX); its folder is made, one that is there is replaced.
    reports
        Of the sheets of one load; those without faults, and those whose table is not known any more, add nothing.

    Returns
    -------
    count
        Faults listed.

    Raises
    ------
    UserError
        ``out`` cannot be written, or a file can no longer be read.
    """
    lang = settings().lang
    book = Workbook()
    book.remove(book.worksheets[0])
    left = MOST_ROWS
    listed: list[Reject] = []
    seen: Counter[str] = Counter()
    for report in reports:
        rejects = report.rejects[:left]
        if not rejects or report.table is None:
            continue
        left -= len(rejects)
        listed += rejects
        seen[report.kind] += 1
        number = f" {seen[report.kind]}" if seen[report.kind] > 1 else ""
        page = book.create_sheet(kind_name(report.kind, lang) + number)
        _write_rows(page, report.table, report, rejects, lang)
    _write_list(book.create_sheet(translate("etl.sheet.faults", lang)), listed, lang)
    save_workbook(book, out)
    return len(listed)
