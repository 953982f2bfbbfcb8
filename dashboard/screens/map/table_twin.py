"""The table twin: every unit or subject the map shows, as a grid that sorts, is searched, leads on and is exported."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.data_grid import WHOLE, chinese_grid_words
from dashboard.components.download_links import KINDS, download_links
from dashboard.screens.map.next_view import into_subject, into_unit
from dashboard.screens.map.view_model import MapViewModel
from dashboard.screens.map.worst_first import worst_first
from dashboard.tables.named_rows import is_named
from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of, translate
from geodata.rollup.rates import truncate_percent
from geodata.territory.units import unit_tree
from geodata.vocabulary import DueState, SubjectKind
from layers.layer import PointRule
from layers.legend import classify_rates
from layers.number_format import truncate_points
from layers.points import classify_points
from layers.symbols.point_classes import CLASSES

WIDTHS = {"code": 132, "kinds": 150, "class": 150, "town": 130, "village": 120, "place": 96, "said": 190}
"""Least width of a column in pixels, where a usual cell needs more than a number does."""
NUMBER_WIDTH = 104
NAME_WIDTHS = 140, 460


def table_drawer(model: MapViewModel) -> Component | None:
    """The table over the foot of the page, or None when the view does not ask for it.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    drawer
        Rows of the scope, as of the view's day, of the class picked out and with the text looked for in their names;
        their number and the files are of these very rows. None when the view does not ask.
    """
    view = model.view
    if not view.table:
        return None
    rows, columns = _subjects(model) if view.level is Level.SUBJECT else _units(model)
    title = translate("ui.table.title", view.lang, what=model.legend.title, day=model.day.isoformat(), n=len(rows))
    close = html.A(
        translate("ui.table.close", view.lang),
        href=view.link_to(table=False, find=None),
        className="button",
        **{"data-soft": "", "data-close": ""},
    )
    return html.Section(
        [
            html.Div([html.H2(title), html.Nav([_search(model), *_exports(model), close])], className="card-head"),
            _grid(rows, columns, view.lang),
        ],
        className="drawer",
        **{"aria-label": title},
    )


def _search(model: MapViewModel) -> Component:
    """A field that looks through the names; the browser puts its text into the address, without loading the page."""
    words = translate("ui.table.find", model.view.lang)
    inside = [html.Label(words, htmlFor="find", className="sr"), _text_field(model.view.find or "", words)]
    return html.Form(inside, role="search", className="find", **{"data-soft": ""})


def _text_field(text: str, words: str) -> Component:
    return dcc.Input(id="find", type="search", name="find", value=text, placeholder=words, maxLength=60, debounce=True)


def _grid(rows: list[dict[str, Any]], columns: list[dict[str, Any]], lang: Lang) -> Component:
    options: dict[str, Any] = {"animateRows": False}
    options["enableCellTextSelection"] = True
    if lang is Lang.ZH:
        options["localeText"] = chinese_grid_words()
    return dag.AgGrid(
        id="grid",
        rowData=rows,
        columnDefs=columns,
        columnSize="responsiveSizeToFit",
        defaultColDef={"sortable": True, "resizable": True, "minWidth": NUMBER_WIDTH, **WHOLE},
        dashGridOptions=options,
        className="ag-theme-host",
        style={"height": "100%", "width": "100%"},
    )


def _exports(model: MapViewModel) -> list[Component]:
    """The files of the rows shown, asked for as the screen asked."""
    view, subjects = model.view, model.view.level is Level.SUBJECT
    asked = {"asof": model.day.isoformat(), "unit": model.within, "find": view.find}
    asked |= view.narrowing.said
    kinds = KINDS
    if not subjects:
        picked = f"{model.layer.key}:{view.only}" if view.only else None
        asked |= {"level": model.level.value, "indicator": model.layer.indicator, "class": picked}
        if model.since:
            asked["since"], kinds = model.since.isoformat(), ("xlsx", "csv")
    return download_links("subjects" if subjects else "indicators", asked, view.lang, kinds, look="button")


def _column(field: str, lang: Lang, *, number: bool = False, **more: Any) -> dict[str, Any]:
    heading = translate(f"ui.table.{field}", lang)
    shape: dict[str, Any] = {"type": "rightAligned"} if number else {"tooltipField": field}
    width = {"minWidth": WIDTHS[field]} if field in WIDTHS else {}
    return {"field": field, "headerName": heading, "headerTooltip": heading, **shape, **width, **more}


def _name_column(rows: list[dict[str, Any]], lang: Lang) -> dict[str, Any]:
    """As wide as the longest name: no name is cut, up to what leaves the other columns in sight."""
    longest = max((len(str(row["name"])) for row in rows), default=0)
    width = min(NAME_WIDTHS[1], max(NAME_WIDTHS[0], 15 * longest + 44))
    return _column("name", lang, pinned="left", cellRenderer="GridLink", minWidth=width, width=width)


def _units(model: MapViewModel) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lang, view, frame = model.view.lang, model.view, worst_first(model)
    classes = classify_rates(model.local, model.layer, model.breaks)
    labels = {row.key: row.label for row in model.legend.classes}
    above = _parents(model)
    rows = []
    for code, row in frame.iterrows():
        if (view.only and classes[code] != view.only) or not is_named(str(row["name"]), view.find):
            continue
        part, whole = int(row["numerator"]), int(row["denominator"])
        rows.append(
            {
                "code": code,
                "name": row["name"],
                "town": above.get(str(code), ""),
                "numerator": part,
                "denominator": whole,
                "rate": part / whole if whole else None,
                "rate_text": truncate_percent(part, whole),
                "class": labels[classes[code]],
                "href": into_unit(view, str(code), model.level).link_to(),
                **_changed(model, str(code)),
            }
        )
    columns = [_name_column(rows, lang)]
    columns += [_column("town", lang)] if above else []
    columns += [_column("numerator", lang, number=True), _column("denominator", lang, number=True)]
    columns += [_column("rate", lang, number=True, cellRenderer="GridShare")]
    columns += [_column("said", lang), _column("points", lang, number=True)] if model.since else []
    return rows, [*columns, _column("class", lang), _column("code", lang)]


def _changed(model: MapViewModel, code: str) -> dict[str, Any]:
    """What changed in a unit since the earlier day; nothing while none is compared with."""
    if model.since is None:
        return {}
    row = model.local.loc[code]
    return {"said": row["said"], "points": None if pd.isna(row["points"]) else truncate_points(float(row["points"]))}


def _parents(model: MapViewModel) -> dict[str, str]:
    """The town of every village; nothing of units whose parent is the whole."""
    if model.level is not Level.VILLAGE:
        return {}
    names: dict[str, str] = model.ctx.cached_query(unit_tree, model.day)["town_name"].to_dict()
    return names if len(current_levels().units) > 2 else {}


def _subjects(model: MapViewModel) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lang, view = model.view.lang, model.view
    points, tree = model.local_points, model.ctx.cached_query(unit_tree, model.day)
    words = {entry.key: entry.label_in(lang) for entry in CLASSES[model.layer.points]}
    keys = classify_points(points, model.layer.points)
    rows = [
        {
            "code": subject_id,
            "name": row["name"],
            "town": tree["town_name"].get(row["village_code"], ""),
            "village": tree["village_name"].get(row["village_code"], ""),
            "kinds": translate("list.comma", lang).join(label_of(SubjectKind(kind), lang) for kind in row["kinds"]),
            "state": words[keys[subject_id]],
            "due_state": label_of(DueState(row["due_state"]), lang),
            "last_on": _day(row["last_on"]),
            "due_on": _day(row["due_on"]),
            "days_over": None if pd.isna(row["days_over"]) else int(row["days_over"]),
            "place": "" if pd.notna(row["lon"]) else translate("ui.table.no_place", lang),
            "href": into_subject(view, str(subject_id)).link_to(),
        }
        for subject_id, row in points.iterrows()
        if is_named(str(row["name"]), view.find)
    ]
    names = ["town", "village", "kinds", "state", *([] if _is_due(model) else ["due_state"]), "last_on", "due_on"]
    columns = [_name_column(rows, lang), *(_column(name, lang) for name in names)]
    columns += [_column("days_over", lang, number=True, sort="desc"), _column("place", lang), _column("code", lang)]
    return rows, columns


def _is_due(model: MapViewModel) -> bool:
    """Whether the layer's own state is the due state: it is told once then."""
    return model.layer.points is PointRule.DUE


def _day(value: object) -> str:
    return "" if value is None or pd.isna(value) else pd.Timestamp(value).date().isoformat()
