"""The table twin: every unit or subject the map shows, as a grid that sorts, filters and is exported."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.data_grid import chinese_grid_words
from dashboard.components.download_links import download_links
from dashboard.screens.map.view_model import MapViewModel
from dashboard.screens.map.worst_first import worst_first
from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.rollup.rates import truncate_percent
from geodata.vocabulary import DueState, SubjectKind
from layers.legend import classify_rates
from layers.number_format import counts_text
from layers.points import classify_points
from layers.symbols.point_classes import CLASSES


def table_drawer(model: MapViewModel) -> Component | None:
    """The table over the foot of the page, or None when the view does not ask for it.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    drawer
        Rows of the scope, as of the view's day, with the files that hold them; None when the view does not ask.
    """
    view = model.view
    if not view.table:
        return None
    subjects = view.level is Level.SUBJECT
    rows, columns = _subjects(model) if subjects else _units(model)
    title = translate("ui.table.title", view.lang, what=model.legend.title, day=model.day.isoformat(), n=len(rows))
    close = html.A(
        translate("ui.table.close", view.lang),
        href=view.link_to(table=False),
        className="button",
        **{"data-soft": "", "data-close": ""},
    )
    return html.Section(
        [
            html.Div([html.H2(title), html.Nav([*_exports(model), close])], className="card-head"),
            _grid(rows, columns, view.lang),
        ],
        className="drawer",
        **{"aria-label": title},
    )


def _grid(rows: list[dict[str, Any]], columns: list[dict[str, Any]], lang: Lang) -> Component:
    options: dict[str, Any] = {"animateRows": False, "rowHeight": 34, "headerHeight": 36}
    options["enableCellTextSelection"] = True
    if lang is Lang.ZH:
        options["localeText"] = chinese_grid_words()
    return dag.AgGrid(
        id="grid",
        rowData=rows,
        columnDefs=columns,
        columnSize="responsiveSizeToFit",
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 80},
        dashGridOptions=options,
        className="ag-theme-host",
        style={"height": "100%", "width": "100%"},
    )


def _exports(model: MapViewModel) -> list[Component]:
    subjects = model.view.level is Level.SUBJECT
    asked = {"asof": model.day.isoformat(), "unit": model.within, "level": None if subjects else model.level.value}
    return download_links("subjects" if subjects else "indicators", asked, model.view.lang, look="button")


def _column(field: str, lang: Lang, number: bool = False, **more: Any) -> dict[str, Any]:
    shape = {"type": "rightAligned", "filter": "agNumberColumnFilter"} if number else {}
    return {"field": field, "headerName": translate(f"ui.table.{field}", lang), **shape, **more}


def _units(model: MapViewModel) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lang, frame = model.view.lang, worst_first(model)
    classes = classify_rates(model.local, model.layer, model.breaks)
    labels = {row.key: row.label for row in model.legend.classes}
    rows = [
        {
            "code": code,
            "name": row["name"],
            "numerator": int(row["numerator"]),
            "denominator": int(row["denominator"]),
            "counts": counts_text(row["numerator"], row["denominator"]),
            "rate": truncate_percent(int(row["numerator"]), int(row["denominator"])),
            "class": labels[classes[code]],
        }
        for code, row in frame.iterrows()
    ]
    columns = [_column("code", lang), _column("name", lang, pinned="left")]
    columns += [_column("numerator", lang, number=True), _column("denominator", lang, number=True)]
    columns += [_column("rate", lang, type="rightAligned"), _column("class", lang)]
    return rows, columns


def _subjects(model: MapViewModel) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lang = model.view.lang
    points = model.local_points
    words = {entry.key: entry.label_in(lang) for entry in CLASSES[model.layer.points]}
    keys = classify_points(points, model.layer.points)
    rows = [
        {
            "code": subject_id,
            "name": row["name"],
            "kinds": translate("list.comma", lang).join(label_of(SubjectKind(kind), lang) for kind in row["kinds"]),
            "state": words[keys[subject_id]],
            "due_state": label_of(DueState(row["due_state"]), lang),
            "last_on": _day(row["last_on"]),
            "due_on": _day(row["due_on"]),
            "days_over": None if pd.isna(row["days_over"]) else int(row["days_over"]),
            "place": "" if pd.notna(row["lon"]) else translate("ui.table.no_place", lang),
        }
        for subject_id, row in points.iterrows()
    ]
    names = ["code", "name", "kinds", "state", "due_state", "last_on", "due_on"]
    columns = [_column(name, lang) for name in names]
    return rows, [*columns, _column("days_over", lang, number=True, sort="desc"), _column("place", lang)]


def _day(value: object) -> str:
    return "" if value is None or pd.isna(value) else pd.Timestamp(value).date().isoformat()
