"""A table as a grid that sorts, filters and walks by keyboard; names are links, states are words with a tone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, translate
from geodata.tables.column import Column, read_day
from geodata.tables.table import Table

FULL = 13
"""A grid with more rows scrolls inside itself; a shorter one is as high as its rows."""

WHOLE = {"wrapText": True, "autoHeight": True, "wrapHeaderText": True, "autoHeaderHeight": True}
"""What lets a cell and a heading be as high as their text needs."""
_ROW, _HEAD = 2, 2.25
"""Their heights in the page's own measure; the sheet of styles gives the grid the same."""
_WIDTHS = {"risk": 84, "state": 108, "due_state": 96, "kinds": 112, "town_name": 100, "unit_name": 96, "label": 120}
_NUMBER, _DAY, _OTHER = 88, 104, 104
_SEARCHED = frozenset({"subject_name", "kinds", "unit_name", "lab", "product", "analytes"})
"""Columns with a filter of their own; states have their legend."""


@dataclass(frozen=True)
class Face:
    """How a table is shown: which columns, which one is the link, which one the word of the row's state.

    ``hrefs`` and ``tones`` go with the table's rows; a tone is a CSS class: ``danger``, ``warn``, ``ok``, ``mute``.
    """

    shown: Sequence[str]
    link: str
    word: str
    hrefs: Sequence[str]
    tones: Sequence[str]
    sort: str | None = None


def data_grid(name: str, table: Table, face: Face, title: str, lang: Lang) -> Component:
    """The grid; without rows, a sentence that says so.

    Parameters
    ----------
    name
        Its id.
    table
        The list.
    face
        How it is shown; as many ``hrefs`` and ``tones`` as the list has rows.
    title
        What a screen reader calls it.
    lang
        The language of headings, cells and the grid's own words.

    Returns
    -------
    grid
        As high as its rows, at most ``FULL`` of them.

    Raises
    ------
    ValueError
        Rows, ``hrefs`` and ``tones`` are not as many.
    """
    if table.frame.empty:
        return html.P(translate("ui.list.none", lang), className="none")
    columns = [column for wanted in face.shown for column in table.columns if column.name == wanted]
    rows = _rows(table, columns, face, lang)
    options: dict[str, Any] = {
        "animateRows": False,
        "enableCellTextSelection": True,
        "suppressColumnVirtualisation": True,
        "localeText": chinese_grid_words() if lang is Lang.ZH else {},
    }
    full = len(rows) > FULL
    if not full:
        options["domLayout"] = "autoHeight"
    return html.Div(
        dag.AgGrid(
            id=name,
            rowData=rows,
            columnDefs=[_definition(column, face, lang) for column in columns],
            columnSize="responsiveSizeToFit",
            defaultColDef={"sortable": True, "resizable": True, **WHOLE},
            dashGridOptions=options,
            className="ag-theme-host",
            style={"height": f"{FULL * _ROW + _HEAD}rem", "width": "100%"} if full else {"width": "100%"},
        ),
        role="region",
        className="grid",
        **{"aria-label": title},
    )


def _rows(table: Table, columns: list[Column], face: Face, lang: Lang) -> list[dict[str, Any]]:
    cells = zip(
        *([_cell(column.show_value(value, lang)) for value in table.frame[column.name]] for column in columns),
        strict=True,
    )
    names = [column.name for column in columns]
    return [
        {**dict(zip(names, row, strict=True)), "href": href, "tone": tone}
        for row, href, tone in zip(cells, face.hrefs, face.tones, strict=True)
    ]


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _definition(column: Column, face: Face, lang: Lang) -> dict[str, Any]:
    width = _NUMBER if column.numeric else _DAY if column.read is read_day else _WIDTHS.get(column.name, _OTHER)
    heading = column.heading_in(lang)
    found: dict[str, Any] = {"field": column.name, "headerName": heading, "headerTooltip": heading, "width": width}
    found |= {"minWidth": width, "filter": column.name in _SEARCHED, "tooltipField": column.name}
    if column.numeric:
        found["type"] = "rightAligned"
    if column.name == face.link:
        found |= {"cellRenderer": "GridLink", "minWidth": 160, "flex": 2}
    if column.name == face.word:
        found["cellRenderer"] = "GridWord"
    return found | ({"sort": "desc"} if column.name == face.sort else {})


@cache
def chinese_grid_words() -> dict[str, str]:
    """AG Grid's own words in Chinese."""
    words: dict[str, str] = json.loads((Path(__file__).with_name("ag_grid_zh_cn.json")).read_text("utf-8"))
    return words
