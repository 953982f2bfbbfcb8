"""The work list itself: how clean the grid is, the ways to pick items out, and the items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.components.download_links import download_links
from dashboard.components.filter_chips import filter_chip, filter_chips
from dashboard.components.guidance.term_note import term_line
from dashboard.components.list_pages import page_links
from dashboard.components.top_bar import theme_links
from dashboard.request.view import View
from dashboard.screens.work.view_model import STANDS, WorkViewModel
from geodata.integrity.work_item import LastLook
from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.rollup.rates import truncate_percent
from geodata.vocabulary import WorkState
from layers.number_format import counts_text

INDICATOR = "grid_clean"


def grid_summary(model: WorkViewModel) -> Component:
    """Villages without an open fault, when the grid was last looked over, and each unit's share and items.

    Parameters
    ----------
    model
        One look at the list.

    Returns
    -------
    card
        With the button that looks again, for those who may; units of the level compared.
    """
    lang, frame = model.lang, model.clean
    clean, seen = int(frame["numerator"].sum()), int(frame["denominator"].sum())
    rate = truncate_percent(clean, seen)
    figure = html.P([html.B(rate, className="figure"), " ", html.Span(counts_text(clean, seen))], id="clean")
    look = model.last_look
    when = translate("work.page.never", lang)
    if look is not None:
        when = translate(
            "work.page.looked", lang, day=look.as_of, at=f"{look.ran_at:%Y-%m-%d %H:%M}", who=_who(model, look)
        )
    told = [figure, html.P(translate(f"indicator.{INDICATOR}.definition", lang), className="mute"), html.P(when)]
    if model.has_permission(Permission.CHECK_GRID):
        told.append(forms.action_form(model.view, "/work/look", button=translate("work.page.look", lang)))
    each = html.Ul([_unit(model, str(code), row) for code, row in frame.iterrows()], className="units")
    units = html.Div([html.P(translate("work.page.units", lang), className="note"), each])
    return card(translate(f"indicator.{INDICATOR}.label", lang), html.Div([html.Div(told), units], className="split"))


def _who(model: WorkViewModel, look: LastLook) -> str:
    """The person, or the program itself: a role of the database is nobody."""
    found = model.ctx.find_visitor(look.ran_by)
    return found.name if found else translate("work.page.system", model.lang)


def _unit(model: WorkViewModel, code: str, row: Mapping[str, Any]) -> Component:
    name = html.A(row["name"], href=model.view.link_to("/work", unit=code, only=None, check=None, item=None))
    clean, seen, left = int(row["numerator"]), int(row["denominator"]), model.unmended.get(code, 0)
    beside = translate("work.page.items", model.lang, n=left)
    told = [name, html.Span(counts_text(clean, seen)), html.Span(truncate_percent(clean, seen)), html.Span(beside)]
    return html.Li(told, className="" if left else "mute")


def item_filters(model: WorkViewModel) -> Component:
    """How items stand, which check found them, and a text to look for: each a link or a form of the address.

    Parameters
    ----------
    model
        One look at the list.

    Returns
    -------
    picks
        Each with a number: items of the unit that stand so, of whatever check; per check those that stand as picked.
    """
    lang, view = model.lang, model.view
    stands = [
        filter_chip(stand_word(word, lang), sum(model.stand_counts(word).values()),
             view.link_to("/work", only=word or None), chosen=word == model.stand)
        for word in STANDS
    ]  # fmt: skip
    kinds = {None: sum(model.checks.values()), **model.checks}
    checks = [
        filter_chip(translate(f"work.{key}.name" if key else "work.page.every", lang), count,
             view.link_to("/work", check=key), chosen=key == view.check)
        for key, count in kinds.items()
    ]  # fmt: skip
    parts = [
        filter_chips(translate("work.page.stand", lang), stands),
        filter_chips(translate("work.column.check_name", lang), checks),
        forms.search_form(view, "/work", translate("work.page.find", lang), translate("work.page.search", lang)),
    ]
    return html.Div(parts, className="picks")


def stand_word(word: str, lang: Lang) -> str:
    """How an item may stand, as a person says it.

    Parameters
    ----------
    word
        One of ``STANDS``.
    lang
        Language of the words.

    Returns
    -------
    words
        Of the catalogue.
    """
    if word in set(WorkState):
        return label_of(WorkState(word), lang)
    return translate(f"work.stand.{word or 'unmended'}", lang)


def item_list(model: WorkViewModel) -> Component:
    """The items picked out, with the files of the list.

    Parameters
    ----------
    model
        One look at the list.

    Returns
    -------
    card
        A page of the items, and how many are picked out; the files know unit and state alone.
    """
    lang, shown = model.lang, model.shown
    names = ("check_name", "unit_name", "what", "state", "owner_name", "due_on")
    heads = [*(translate(f"work.column.{name}", lang) for name in names), ""]
    rows = [_row(model, row) for row in shown.to_dict("records")]
    pages = page_links(model.view, "/work", model.list_page)
    ways = html.Div([pages, html.Nav(_files(model), className="ways")], className="ways")
    found = html.Div(html_table(heads, rows, translate("work.title", lang), lang, stacked=True), className="stack")
    words = term_line(("work_item", "acceptance", "vacancy", "schematic"), lang)
    return card(translate("work.title", lang), item_filters(model), words, found, beside=ways)


def _row(model: WorkViewModel, row: Mapping[Any, Any]) -> list[object]:
    lang, view = model.lang, model.view
    mend = html.Div(row["mend"], className="mute")
    tone = "danger" if row["is_overdue"] else "warn" if row["state"] in ("open", "assigned") else "ok"
    state = html.Span(label_of(WorkState(row["state"]), lang), className=tone)
    ways = [
        html.A(
            translate("work.page.open", lang), href=view.link_to("/work/item", item=row["item_no"]), className="button"
        ),
        html.A(translate("work.page.on_map", lang), href=on_map(view, row), className="button"),
    ]
    return [
        row["check_name"],
        unit_link(view, row),
        html.Div([row["what"], mend]),
        state,
        row["owner_name"] or "—",
        row["due_on"] or "—",
        html.Div(ways, className="acts"),
    ]


def unit_link(view: View, row: Mapping[Any, Any]) -> Component:
    """The unit an item belongs to, under the name of the one above; a link while it is in force.

    Parameters
    ----------
    view
        What links start from.
    row
        An item: ``unit_code unit_name town_name in_force``.

    Returns
    -------
    place
        Without a name the unit's code.
    """
    name = row["unit_name"] or row["unit_code"]
    above = html.Div(row["town_name"], className="mute") if row["town_name"] else None
    own = (
        html.A(name, href=theme_links(view).link_to(f"/unit/{quote(row['unit_code'])}"))
        if row["in_force"]
        else html.Span(name)
    )
    return html.Div([above, own])


def on_map(view: View, row: Mapping[Any, Any]) -> str:
    """The address of the map at the very spot, with whoever answers for the place beside it.

    Parameters
    ----------
    view
        What the link starts from.
    row
        An item: ``item_no unit_code in_force``.

    Returns
    -------
    address
        At the level of villages; of the whole district for a unit no longer in force.
    """
    unit = row["unit_code"] if row["in_force"] else None
    return theme_links(view).link_to("/", item=row["item_no"], unit=unit, level=Level.VILLAGE)


def _files(model: WorkViewModel) -> list[Component]:
    state = model.stand if model.stand in set(WorkState) else None
    return download_links("work", {"unit": model.unit, "state": state}, model.lang)
