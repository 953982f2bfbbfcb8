"""The ranking beside the map: units of the scope worst first, or its subjects most pressing first."""

from __future__ import annotations

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.comparing.change_list import change_list
from dashboard.components.ranking import SubjectRow, UnitRow, subject_list, unit_list
from dashboard.screens.map.components import swatch_style
from dashboard.screens.map.next_view import into_subject, into_unit
from dashboard.screens.map.two_days import change_rows
from dashboard.screens.map.view_model import MapViewModel
from geodata.levels import Level
from geodata.locale import translate
from layers.changes import rank_changes
from layers.legend import classify_rates
from layers.moves.rank_units import rank_units
from layers.points import classify_points
from layers.symbols.point_classes import CLASSES


def worst_first_list(model: MapViewModel) -> list[Component]:
    """Heading, the way to the table, and the list.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        Subjects where the view shows subjects, else units; by what changed where two days are compared.
    """
    view = model.view
    subjects = view.level is Level.SUBJECT
    title = translate("ui.ranking.subjects" if subjects else "ui.ranking.units", view.lang, rate=model.legend.title)
    table = html.A(
        translate("ui.ranking.table", view.lang),
        href=view.link_to(table=not view.table),
        **{"data-soft": "", "id": "to-table"},
    )
    return [html.Div([html.H2(title), table], className="card-head"), _listing(model)]


def _listing(model: MapViewModel) -> Component:
    lang = model.view.lang
    if model.view.level is Level.SUBJECT:
        return subject_list(subject_rows(model), lang)
    return change_list(change_rows(model), lang) if model.since else unit_list(unit_rows(model), lang)


def worst_first(model: MapViewModel) -> pd.DataFrame:
    """The scope's units as the layer counts them, worst rate first, those with nothing to count last.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    units
        As ``rank_units`` gives them; by the worst change where two days are compared.
    """
    ranked = rank_units(model.local, model.base, model.small)
    return ranked if model.since is None else ranked.loc[rank_changes(model.local).index]


def unit_rows(model: MapViewModel) -> list[UnitRow]:
    """One row per unit of the scope; the longest bar is the highest rate among those fit to be compared.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    rows
        In the order of :func:`worst_first`; ``share`` from 0 to 1, 0 for 0/0.
    """
    frame = worst_first(model)
    longest = frame.loc[frame["rank"] == frame["rank"].min(), "rate"].max() or 1.0
    classes = classify_rates(model.local, model.layer, model.breaks)
    fills = {row.key: swatch_style(model, row)["background"] for row in model.legend.classes}
    return [
        UnitRow(
            name=str(row.name_),
            numerator=int(row.numerator),
            denominator=int(row.denominator),
            share=0.0 if pd.isna(row.rate) else min(1.0, float(row.rate / longest)),
            fill=fills[classes[row.Index]],
            href=into_unit(model.view, str(row.Index), model.level).link_to(),
            chosen=str(row.Index) == model.within,
        )
        for row in frame.rename(columns={"name": "name_"}).itertuples()
    ]


def subject_rows(model: MapViewModel) -> list[SubjectRow]:
    """One row per subject of the scope: the state the layer tells apart, and when it was or should be visited.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    rows
        Most pressing state first, then by days over the due date; unplaced subjects too.
    """
    view = model.view
    points = model.local_points
    kinds = {entry.key: (rank, entry) for rank, entry in enumerate(CLASSES[model.layer.points])}
    keys = classify_points(points, model.layer.points)
    over = -points["days_over"].fillna(0).astype(float)
    order = pd.DataFrame({"rank": keys.map(lambda key: -kinds[key][0]), "over": over})
    rows = []
    for subject_id in order.sort_values(["rank", "over"], kind="stable").index:
        entry, point = kinds[keys[subject_id]][1], points.loc[subject_id]
        rows.append(
            SubjectRow(
                name=str(point["name"]),
                state=entry.label_in(view.lang),
                note=_note(point, view.lang),
                tone=entry.token,
                href=into_subject(view, str(subject_id)).link_to(),
                chosen=str(subject_id) == view.subject,
            )
        )
    return rows


def _note(point: pd.Series, lang: str) -> str:
    over = point["days_over"]
    if pd.notna(over) and over > 0:
        return translate("layers.point.days_over", lang, days=int(over))
    due = point["due_on"]
    return translate("ui.ranking.due", lang, day=pd.Timestamp(due).date().isoformat()) if pd.notna(due) else ""
