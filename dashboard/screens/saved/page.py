"""``/saved``: the page one comes from is saved under a name; views and notes are listed, each with what can be done."""

from __future__ import annotations

import re
from datetime import timedelta

from dash import html
from dash.development.base_component import Component
from flask import request

from dashboard.components import forms, notices
from dashboard.components.cards import card
from dashboard.components.html_markup import Tag
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame, theme_links
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.referring_page import referring_page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from geodata.calendar import today
from geodata.errors import UserError
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.saved.map_notes import LONGEST, MOST_DAYS, MapNote, list_notes
from geodata.saved.saved_views import LONGEST_NAME, SavedView, list_views
from geodata.territory.units import get_unit

PATH = "/saved"
USUAL_DAYS = 30
_PLACE = re.compile(r"-?\d{1,3}(\.\d{1,7})?,-?\d{1,2}(\.\d{1,7})?")


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page; the browser tells which page is to be saved, the address what is to be noted where.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, day, and the unit a note is for.

    Returns
    -------
    page
        Complete, without scripts.

    Raises
    ------
    UserError
        The address names a place that is none.
    """
    lang, about = view.lang, referring_page()
    at = request.args.get("at", "")
    parts: list[Component] = [*notices.act_notices()]
    if at and not _PLACE.fullmatch(at):
        raise UserError("saved.error.place")
    if _PLACE.fullmatch(at) or view.unit:
        parts.append(_note_form(ctx, view, at))
    elif about and about.partition("?")[0] != PATH:
        parts.append(_save_form(view, about))
    views, notes = ctx.query(list_views), ctx.query(list_notes, ctx.as_of_day(view))
    names = {login: _name(ctx, login) for login in {each.login for each in (*views, *notes) if not each.own}}
    parts += [_views(view, views, names), _notes(view, notes, names)]
    body = html.Main(html.Div(parts, className="narrow"))
    return plain_frame(view, PATH, [Crumb(translate("saved.title", lang))], body, ctx)


def _name(ctx: AppContext, login: str) -> str:
    found = ctx.find_visitor(login)
    return found.name if found else login


def _save_form(view: View, about: str) -> Component:
    lang = view.lang
    form = forms.action_form(
        theme_links(view),
        "/saved/view",
        forms.hidden_field("about", about),
        forms.labelled_field("name", translate("saved.name", lang), maxLength=str(LONGEST_NAME)),
        forms.tick_box("shared", translate("saved.shared", lang)),
        button=translate("saved.save", lang),
        soft=False,
    )
    address = html.P(translate("saved.about", lang, address=about), className="mute address")
    return card(translate("saved.save_this", lang), address, form)


def _note_form(ctx: AppContext, view: View, at: str) -> Component:
    lang, day = view.lang, today()
    placed = _PLACE.fullmatch(at) is not None
    where = at if placed or not view.unit else ctx.query(get_unit, view.unit, day).name
    box = Tag("textarea", "", id="field-body", name="body", rows="3", required=True, maxLength=str(LONGEST))
    words = html.Div(
        [html.Label(translate("saved.body", lang), htmlFor="field-body"), box],  # type: ignore[list-item]
        className="field wide",
    )
    until = forms.labelled_field(
        "until",
        translate("saved.until", lang),
        kind="date",
        value=(day + timedelta(days=USUAL_DAYS)).isoformat(),
        min=day.isoformat(),
        max=(day + timedelta(days=MOST_DAYS)).isoformat(),
    )
    form = forms.action_form(
        theme_links(view),
        "/saved/note",
        forms.hidden_field("at", at if placed else ""),
        forms.hidden_field("unit", "" if placed else view.unit or ""),
        words,
        until,
        button=translate("saved.pin", lang),
        soft=False,
    )
    return card(translate("saved.note_at", lang, place=where), form)


def _views(view: View, views: list[SavedView], names: dict[str, str]) -> Component:
    rows = [_view_row(view, each, names) for each in views]
    found = html.Ul(rows, className="saved") if rows else html.P(translate("saved.none", view.lang), className="none")
    return card(translate("saved.views", view.lang), found, beside=str(len(rows)))


def _view_row(view: View, each: SavedView, names: dict[str, str]) -> Component:
    lang = view.lang
    told = translate("saved.by", lang, name=names[each.login]) if not each.own else ""
    told = told or (translate("saved.is_shared", lang) if each.is_shared else "")
    line = [html.A(each.name, href=each.page_address), html.Span(told, className="mute")]
    line += [_act(view, f"/saved/{each.number}/remove", "saved.remove")] if each.own else []
    return html.Li(line)


def _notes(view: View, notes: list[MapNote], names: dict[str, str]) -> Component:
    rows = [_note_row(view, each, names) for each in notes]
    found = (
        html.Ul(rows, className="saved") if rows else html.P(translate("saved.no_notes", view.lang), className="none")
    )
    return card(translate("saved.notes", view.lang), found, beside=str(len(rows)))


def _note_row(view: View, each: MapNote, names: dict[str, str]) -> Component:
    lang = view.lang
    days = translate("saved.days", lang, first=each.from_on, last=each.until_on)
    told = f"{translate('saved.by', lang, name=names[each.login])} · {days}" if not each.own else days
    where = html.A(each.unit_name, href=theme_links(view).link_to("/", unit=each.unit_code, asof=view.asof))
    line = [html.P(each.body, className="said-by"), where, html.Span(told, className="mute")]
    line += [_act(view, f"/saved/{each.number}/end", "saved.end")] if each.own else []
    return html.Li(line, id=f"note-{each.number}")


def _act(view: View, path: str, word: str) -> Component:
    return forms.action_form(theme_links(view), path, button=translate(word, view.lang))


PAGE = Page(
    key="saved",
    path=PATH,
    title="saved.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    tasks=(Task("saved.task", 80),),
    plain=True,
)
