"""``/help``: one page a role: what can be done today, with today's numbers, the keys, and every word explained."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.cards import card
from dashboard.components.guidance.term_note import explain_term, known_terms
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame, theme_links
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.tasks import OWN_UNIT, Task, open_tasks
from dashboard.request.view import View
from geodata.accounts.visitor import Visitor
from geodata.indicators import INDICATORS
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission

KEYS = ("tab", "enter", "escape", "slider", "tools", "skip")
"""The keys told, each by ``help.keys.<key>`` and ``help.keys.<key>_does``."""


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page; its tasks are those that pages and parts say of themselves, each if it is the visitor's.

    Parameters
    ----------
    ctx
        Has the visitor; the guard lets nobody else in.
    view
        Language and day, as the address says them.

    Returns
    -------
    page
        Complete, without scripts.
    """
    found = ctx.visitor
    assert found is not None, "the guard lets nobody else in"
    lang = view.lang
    parts = [*notices.act_notices(), _tasks(ctx, view, found), _keys(lang), _terms(lang)]
    body = html.Main(html.Div(parts, className="narrow help"))
    return plain_frame(view, "/help", [Crumb(translate("help.title", lang))], body, ctx)


def _tasks(ctx: AppContext, view: View, found: Visitor) -> Component:
    lang = view.lang
    roles = sorted(found.roles)
    who = " · ".join([*(label_of(role, lang) for role in roles), found.area])
    leads = [html.P(translate(f"help.role.{role}", lang)) for role in roles]
    lines = [line for task in open_tasks(ctx.tasks, found) if (line := _line(ctx, view, task)) is not None]
    day = translate("help.counted", lang, day=ctx.as_of_day(view))
    inside = [html.H1(translate("help.today", lang)), html.P(who, className="mute"), *leads]
    return html.Section([*inside, html.Ol(lines, className="tasks"), html.P(day, className="mute")], className="card")


def _line(ctx: AppContext, view: View, task: Task) -> Component | None:
    path = task.path
    if OWN_UNIT in path:
        whole = ctx.whole_unit(ctx.as_of_day(view))
        code = ctx.resolve_unit(None) or (whole.code if whole else "")
        if not code:
            return None
        path = path.replace(OWN_UNIT, quote(code, safe=""))
    kept = theme_links(view)
    link = html.A(translate(f"{task.words}.link", view.lang), href=kept.link_to(path, **task.asked))
    told = task.count(ctx, view) if task.count else ""
    number = [html.B(told, className="count")] if told else []
    return html.Li([html.Div([link, *number]), html.Small(translate(f"{task.words}.text", view.lang))])


def _keys(lang: Lang) -> Component:
    rows = [
        part
        for key in KEYS
        for part in (
            html.Dt(html.Kbd(translate(f"help.keys.{key}", lang))),
            html.Dd(translate(f"help.keys.{key}_does", lang)),
        )
    ]
    guide = html.P(translate("help.guide", lang), className="mute")
    return card(translate("help.keys.title", lang), html.Dl(rows), guide)


def _terms(lang: Lang) -> Component:
    words = [explain_term(key, lang) for key in [*known_terms(lang), *INDICATORS]]
    rows = [part for name, text in words for part in (html.Dt(name), html.Dd(text))]
    shown = card(translate("help.terms", lang), html.Dl(rows, className="words"))
    shown.id = "terms"
    return shown


PAGE = Page(key="help", path="/help", title="help.title", permission=Permission.SEE_AREA, layout=layout, plain=True)
