"""The panels of a unit's page: its view model in, components out. Nothing is counted here."""

from __future__ import annotations

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.headline_tiles import Tile, headline_tiles
from dashboard.components.page_frame import Crumb
from dashboard.components.place_cards import chain_of_place, place_card, place_head
from dashboard.components.place_page import way_up
from dashboard.components.ranking import UnitRow, unit_list
from dashboard.components.staffing_lines import staffing_below
from dashboard.screens.unit.file_links import ranking_files
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.indicators import INDICATORS
from geodata.levels import current_levels
from geodata.locale import label_of, translate
from layers.number_format import interval_text

STREAMS = ("quantitative_pass", "supervision_pass", "rapid_pass")
"""The streams of tests, told apart and never added up (domain §5)."""


def unit_crumbs(model: UnitViewModel) -> list[Crumb]:
    """District to this unit; the last one is where the person stands.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    crumbs
        Links to the pages of the units above where the visitor may go there; the unit itself is plain.
    """
    return [*way_up(model.ctx, model.view, model.path[:-1]), Crumb(model.unit.name)]


def unit_heading(model: UnitViewModel) -> Component:
    """Name, kind and code, and the way to the map.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    head
        The map is opened one level down.
    """
    view, unit = model.view, model.unit
    below = current_levels().child_of(unit.level) or unit.level
    onto = view.link_to("/", unit=model.within, level=below, indicator=None, only=None)
    # the register's word, unless the installation calls the level by a name of its own
    what = current_levels().own_name(unit.level, view.lang) or label_of(unit.kind, view.lang)
    note = html.A(translate("ui.unit.note", view.lang), href=view.link_to("/saved", unit=unit.code), className="button")
    return place_head(model, unit.name, f"{what} · {unit.code}", onto, note)


def unit_headline(model: UnitViewModel) -> Component:
    """Every indicator of the unit; a tile picks the one that is ranked and listed.

    The list is of the number the tile shows large: of those found where few are better, else of those counted.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    tiles
        In the order of the indicators; intervals where fewer than 30 were counted (domain §11.4).
    """
    view = model.view
    items = []
    for key, asked in INDICATORS.items():
        row = model.headline.loc[key]
        numerator, denominator = int(row["numerator"]), int(row["denominator"])
        bad = asked.better == "lower"
        href = view.link_to(model.address, indicator=key, only=None, part="numerator" if bad else "denominator")
        tone = "danger" if bad and numerator else ""
        items.append(Tile(key, numerator, denominator, href, key == model.indicator.key, counted=bad, tone=tone))
    drawn = headline_tiles(items, view.lang)
    intervals = [interval_text(item.numerator, item.denominator, view.lang) for item in items]
    for tile, interval in zip(drawn, intervals if any(intervals) else [], strict=False):
        tile.children.append(html.Div(f"† {interval}" if interval else "", className="below interval"))
    return html.Div(
        drawn, className="tiles wide", **{"aria-label": translate("ui.unit.tiles", view.lang), "role": "group"}
    )


def unit_ranking(model: UnitViewModel) -> Component | None:
    """The units one level down, worst first by the number picked.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    card
        Bars against the worst unit where lower is better, else against the whole; None at the lowest level of units.
    """
    frame, view = model.children, model.view
    if frame is None:
        return None
    longest = 1.0 if model.indicator.better == "higher" else float(frame["rate"].max() or 1.0)
    fill = "var(--accent)" if model.indicator.better == "higher" else "var(--danger)"
    rows = [
        UnitRow(
            name=str(row.label),
            numerator=int(row.numerator),
            denominator=int(row.denominator),
            share=0.0 if pd.isna(row.rate) else float(row.rate / longest),
            fill=fill,
            href=view.link_to(f"/unit/{row.Index}", only=None),
            chosen=False,
        )
        for row in frame.rename(columns={"name": "label"}).itertuples()
    ]
    title = translate(
        "ui.ranking.units", view.lang, rate=translate(f"indicator.{model.indicator.key}.label", view.lang)
    )
    top = html.Div([html.H2(title), html.Nav(ranking_files(model), className="ways")], className="card-head")
    return place_card(title, [top, unit_list(rows, view.lang)], "list")


def unit_responsibility(model: UnitViewModel) -> Component:
    """The chain down to the unit, and counts of the posts below it.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    card
        District first.
    """
    title = translate("ui.chain.of", model.view.lang, place=model.unit.name)
    return chain_of_place(model, title, staffing_below(model.staffing, model.view, model.address))


def activity_card(model: UnitViewModel) -> Component:
    """Patrols and tests, each stream for itself, with what each result was and the days looked at.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    card
        Each stream with both ends of its days, inclusive; streams of tests are never added up (domain §5).
    """
    lang = model.view.lang
    visits = model.counted_rows("patrol_coverage")["visits"]
    done = translate("ui.unit.patrols_done", lang, n=int(visits.sum()), subjects=int((visits > 0).sum()))
    lines = [_fact(model, "patrol_coverage", translate("ui.unit.patrols", lang), done)]
    for key in STREAMS:
        counts = model.state_counts(key)
        said = [f"{label_of(state, lang)} {counts[state]}" for state in INDICATORS[key].states if counts[state]]
        lines.append(
            _fact(
                model,
                key,
                translate(f"indicator.{key}.short", lang),
                " · ".join(said) or translate("ui.unit.no_tests", lang),
            )
        )
    title = translate("ui.unit.activity", lang)
    return place_card(title, [html.H2(title), html.Dl(lines, className="facts")])


def _fact(model: UnitViewModel, key: str, name: str, text: str) -> Component:
    days = model.indicator_period(key)
    period = translate("ui.unit.period", model.view.lang, start=days.start, end=days.end)
    return html.Div([html.Dt(name), html.Dd([text, html.Div(period, className="note")])])
