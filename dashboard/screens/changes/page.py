"""``/changes``: the rows that came into a number between two days or left it, with files of the same."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard.components.cards import card, html_table
from dashboard.components.download_links import download_links
from dashboard.components.forms import choice_field, hidden_field, labelled_field
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.asked_view import require_choice
from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import narrowed_context, picked_person
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.tables.narrowing_words import narrowing_text
from geodata.calendar import months_earlier, today
from geodata.errors import NotFound, UserError
from geodata.indicators import INDICATORS, get_indicator
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.rollup.crossings import list_crossings
from geodata.rollup.indicator_counts import village_counts
from geodata.rollup.rates import NOTHING
from geodata.territory.units import get_unit, root_units, villages_of
from geodata.words.change_words import Crossing
from layers.number_format import counts_text

MOST = 500
"""Rows of each list that the page shows."""
FIRST = "overdue"


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Both days (a month before where no earlier one is said), unit, indicator and what is picked.

    Returns
    -------
    page
        Complete, without scripts.
    """
    lang, key, days = view.lang, view.indicator or FIRST, compared_days(ctx, view)
    asking, within = narrowed_context(ctx, view.narrowing), ctx.resolve_unit(view.unit)
    form = _form(view, key, *days)
    try:
        found = asking.query(list_crossings, key, *days, within)
        lead = _lead(asking, key, days, within, found["crossing"], lang)
    except NotFound as fault:  # of one of the two days: another can be chosen
        parts = [card(translate("changes.title", lang), html.P(fault.to_sentence(lang), className="warn"), form)]
    else:
        picked = narrowing_text(asking.narrowing, lang, picked_person(asking))
        told = [html.P(lead)]
        told += [html.P(translate("changes.only", lang, picked=picked), className="mute")] if picked else []
        asked = {"indicator": key, "unit": within, "since": days[0].isoformat(), "asof": days[1].isoformat()}
        files = download_links("changes", asked | view.narrowing.said, lang, ("xlsx", "csv"))
        ways = html.Nav(files, className="ways")
        shown = view.with_fields(since=days[0], asof=days[1])
        parts = [card(translate("changes.title", lang), *told, form, beside=ways)]
        parts += [_list(shown, key, each, found[found["crossing"] == each.value]) for each in Crossing]
    body = html.Main(html.Div(parts, className="broad"))
    return plain_frame(view, "/changes", [Crumb(translate("changes.title", lang))], body, ctx)


def compared_days(ctx: AppContext, view: View) -> tuple[date, date]:
    """The two days of an address, the earlier first; a month before the later where none is said.

    Parameters
    ----------
    ctx
        Knows today's day.
    view
        The address.

    Returns
    -------
    days
        Both inclusive.
    """
    day = ctx.as_of_day(view)
    return view.since or months_earlier(day, 1), day


def require_days(ctx: AppContext, view: View) -> None:
    """Refuse days that are no earlier and later, and a number there is not.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        The address.

    Raises
    ------
    UserError
        The earlier day is not earlier, or no indicator has the key.
    NotFound
        The unit was not in force on the later day; of the earlier one the page itself says so.
    Forbidden
        The visitor would see only a part of the unit.
    """
    require_choice("indicator", view.indicator, tuple(INDICATORS))
    since, day = compared_days(ctx, view)
    if since >= day:
        raise UserError("changes.error.order", since=since.isoformat(), day=day.isoformat())
    if view.unit is not None:
        ctx.must_open(view.unit)
    ctx.cached_query(villages_of, ctx.resolve_unit(view.unit), day)


def _lead(
    asking: AppContext,
    key: str,
    days: tuple[date, date],
    within: str | None,
    moved: pd.Series,
    lang: Lang,
) -> str:
    counts = [asking.cached_query(village_counts, key, day, within)[["numerator", "denominator"]].sum() for day in days]
    old, new = (counts_text(*pair) if pair.iloc[1] else NOTHING for pair in counts)
    roots = translate("list.comma", lang).join(unit.name for unit in asking.cached_query(root_units, days[1]))
    named = asking.cached_query(_unit_name, within, days[1]) if within else asking.covered_area(roots)
    what = translate(f"indicator.{key}.label", lang)
    numbers = {each.value: int((moved == each.value).sum()) for each in Crossing}
    said = {"place": named, "what": what, "before": days[0], "now": days[1], "old": old, "new": new}
    return translate("changes.lead", lang, **said, **numbers)


def _unit_name(db: Connection, code: str, day: date) -> str:
    return get_unit(db, code, day).name


def _form(view: View, key: str, since: date, day: date) -> Component:
    """Other days and another number, without a script; what else the address says is sent along."""
    lang = view.lang
    kept = view.with_fields(since=None, asof=None, indicator=None).parameters
    options = [(each, translate(f"indicator.{each}.label", lang)) for each in INDICATORS]
    last = today().isoformat()
    fields = [
        *(hidden_field(name, value) for name, value in kept.items()),
        choice_field("indicator", translate("changes.indicator", lang), options, key),
        labelled_field("since", translate("changes.since", lang), kind="date", value=since.isoformat(), max=last),
        labelled_field("asof", translate("changes.asof", lang), kind="date", value=day.isoformat(), max=last),
        html.Button(translate("changes.go", lang), type="submit", className="button"),
    ]
    return html.Form(fields, className="form row", action="/changes", method="get")


def _list(view: View, key: str, crossing: Crossing, rows: pd.DataFrame) -> Component:
    lang, of_grids = view.lang, get_indicator(key).grain == "village"
    title = translate(f"changes.{crossing.value}", lang, n=len(rows))
    names = ["unit_name" if of_grids else "subject_name", "town_name", "unit_name", "state_before", "state", "on_date"]
    names = list(dict.fromkeys(names))
    heads = [translate(f"ui.column.{name}", lang) for name in names]
    shown = [_row(view, key, row, of_grids=of_grids) for row in rows.head(MOST).to_dict("records")]
    cut = html.P(translate("changes.cut", lang, most=MOST), className="mute") if len(rows) > MOST else None
    table = html.Div(html_table(heads, shown, title, lang, stacked=True), className="stack")
    return card(title, *(part for part in (cut, table) if part))


def _row(view: View, key: str, row: dict[str, Any], *, of_grids: bool) -> list[object]:
    code, name = (row["unit_code"], row["unit_name"]) if of_grids else (row["subject_id"], row["subject_name"])
    # what the later day does not list may have no page on it: it is shown as it was
    way = view.with_fields(asof=view.asof if row["state"] else view.since, since=None, unit=None, indicator=None)
    link = html.A(str(name or code), href=way.link_to(f"/{'unit' if of_grids else 'subject'}/{quote(code, safe='')}"))
    states = [_state(key, row[column], view.lang) for column in ("state_before", "state")]
    day = row["on_date"] or row["on_date_before"]
    places = [str(row["town_name"] or "")] + ([] if of_grids else [str(row["unit_name"] or "")])
    return [link, *places, *states, day or ""]


def _state(key: str, state: str | None, lang: Lang) -> str:
    """The word of a state; on a day that did not list the row, that it did not."""
    return label_of(get_indicator(key).states(state), lang) if state else translate("changes.gone", lang)


PAGE = Page(
    key="changes",
    path="/changes",
    title="changes.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    require=require_days,
    tasks=(Task("changes.task", 25, path="/changes"),),
    plain=True,
)
