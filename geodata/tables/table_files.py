"""A table as bytes: csv for Excel, xlsx with its meaning on a second sheet, json and geojson with a metadata object."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geodata.locale import Lang, translate
from geodata.tables.csv_rows import BYTE_ORDER_MARK, write_csv_rows
from geodata.tables.table import Table
from geodata.tables.workbook import workbook_bytes


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
    aside = [translate(f"ui.column.{name}", lang) for name in ("as_of", "period_start", "period_end", "definition")]
    told = zip(table.readable_rows(lang), table.row_meanings(), strict=True)
    rows = ([*row, table.notes.as_of, each.period.start, each.period.end, each.definition] for row, each in told)
    text = io.StringIO()
    write_csv_rows(text, [*table.headings_in(lang), *aside], rows)
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
    notes = [translate("api.note.name", lang), translate("api.note.text", lang)]
    return workbook_bytes(
        [
            (translate("api.sheet.list", lang), table.headings_in(lang), table.readable_rows(lang)),
            (translate("api.sheet.notes", lang), notes, table.notes.note_lines(lang)),
        ]
    )


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
    return _dumped({"metadata": table.notes.to_record() | {"count": len(table.frame)}, "rows": table.records()})


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
    metadata = table.notes.to_record() | {"count": len(features), "crs": "EPSG:4490"}
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
    "geojson": Kind(geojson_file, "application/geo+json", saved=True),
    "xlsx": Kind(xlsx_file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", saved=True),
}


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
