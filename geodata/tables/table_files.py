"""A table as bytes: csv for Excel, xlsx with its meaning on a second sheet, json and geojson with a metadata object."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from geodata.locale import Lang, say
from geodata.tables.column import harmless
from geodata.tables.table import Table

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese csv in the machine's old code page."""

_WIDEST, _NARROWEST, _LOOKED_AT = 46, 8, 200


def csv_file(table: Table, lang: Lang) -> bytes:
    """The list as CSV for a spreadsheet.

    Parameters
    ----------
    table
        The list with its notes.
    lang
        Language of headings, labels and notes.

    Returns
    -------
    body
        UTF-8 with byte order mark, lines end in CR LF; each row ends with as-of day, period and definition: a cut-out
        stays honest.
    """
    aside = [say(f"ui.column.{name}", lang) for name in ("as_of", "period_start", "period_end", "definition")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*table.headings(lang), *aside])
    for row, meaning in zip(table.readable(lang), table.meanings(), strict=True):
        told = [table.notes.as_of, meaning.period.start, meaning.period.end, meaning.definition]
        writer.writerow([harmless(value) for value in [*row, *told]])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def xlsx_file(table: Table, lang: Lang) -> bytes:
    """The list as a workbook with its meaning.

    Parameters
    ----------
    table
        The list with its notes.
    lang
        Language of headings, labels and notes.

    Returns
    -------
    body
        Two sheets: the list with a frozen heading and a filter, and what it means. Codes stay text, no formula is
        written.
    """
    notes = [say("api.note.name", lang), say("api.note.text", lang)]
    return workbook_bytes(
        [
            (say("api.sheet.list", lang), table.headings(lang), table.readable(lang)),
            (say("api.sheet.notes", lang), notes, table.notes.lines(lang)),
        ]
    )


def workbook_bytes(sheets: Sequence[tuple[str, list[str], Iterable[Iterable[Any]]]]) -> bytes:
    """A workbook of lists.

    Parameters
    ----------
    sheets
        Title, headings and rows of each sheet; every row as long as the headings.

    Returns
    -------
    body
        XLSX; each sheet with a frozen heading and a filter, no formulas.
    """
    made = Workbook(write_only=True)
    for title, headings, rows in sheets:
        _sheet(made, title, headings, rows)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def json_file(table: Table, _lang: Lang) -> bytes:
    """The list as JSON for programs.

    Parameters
    ----------
    table
        The list with its notes.
    _lang
        Not used: code words and integers have no language.

    Returns
    -------
    body
        UTF-8 ``{"metadata": …, "rows": […]}``; 0/0 is null.
    """
    return _dumped({"metadata": table.notes.record() | {"count": len(table.frame)}, "rows": table.records()})


def geojson_file(table: Table, _lang: Lang) -> bytes:
    """The list as GeoJSON for programs.

    Parameters
    ----------
    table
        The list with its notes.
    _lang
        Not used: code words and integers have no language.

    Returns
    -------
    body
        UTF-8 FeatureCollection, EPSG:4490 degrees, longitude first; rows without a place have null geometry, never left
        out.
    """
    shapes = table.shapes or (None,) * len(table.frame)
    features = [
        {"type": "Feature", "geometry": shape, "properties": row}
        for shape, row in zip(shapes, table.records(), strict=True)
    ]
    metadata = table.notes.record() | {"count": len(features), "crs": "EPSG:4490"}
    return _dumped({"type": "FeatureCollection", "metadata": metadata, "features": features})


@dataclass(frozen=True)
class Kind:
    """One kind of file: how it is written, its MIME type, and whether a browser should save instead of show it."""

    write: Callable[[Table, Lang], bytes]
    mimetype: str
    saved: bool


KINDS: dict[str, Kind] = {
    "csv": Kind(csv_file, "text/csv", saved=True),
    "json": Kind(json_file, "application/json", saved=False),
    "geojson": Kind(geojson_file, "application/geo+json", saved=False),
    "xlsx": Kind(xlsx_file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", saved=True),
}


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _sheet(book: Workbook, title: str, headings: list[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet = book.create_sheet(title)
    lines = [[harmless(value) for value in row] for row in rows]
    for place, heading in enumerate(headings):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _width(
            [heading, *(line[place] for line in lines[:_LOOKED_AT])]
        )
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(lines) + 1}"
    sheet.append([_heading(sheet, heading) for heading in headings])
    for line in lines:
        sheet.append(line)


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
    return cell


def _width(values: list[Any]) -> float:
    """Wide enough for the longest cell looked at; a Chinese character takes two places."""
    longest = max(sum(2 if ord(char) > 0x2E7F else 1 for char in str(value)) for value in values if value is not None)
    return float(min(max(longest + 3, _NARROWEST), _WIDEST))
