"""``/search``: the box and what its text finds, on a page that needs no script."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.cards import card
from dashboard.components.forms import search_form
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.search.view_model import ShownHit, ShownHits, find_hits
from geodata.locale import translate
from geodata.permissions import Permission


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Text, day and language, as the address says them.

    Returns
    -------
    page
        Complete, without scripts.
    """
    title = translate("search.title", view.lang)
    box = search_form(view, "/search", translate("search.label", view.lang), title)
    note = html.P(translate("search.note", view.lang, day=ctx.as_of_day(view)), className="note")
    inside = card(title, box, note, *_found(find_hits(ctx, view), view))
    return plain_frame(view, "/search", [Crumb(title)], html.Main(html.Div(inside, className="broad")), ctx)


def _found(hits: ShownHits, view: View) -> list[Component]:
    parts: list[Component] = [
        html.Section([html.H3(name), html.Ul([_item(hit, view) for hit in found], className="found")])
        for name, found in hits.groups
    ]
    said = [html.P(text, className="none", role="status") for text in (hits.none, hits.more) if text]
    return parts + said


def _item(hit: ShownHit, view: View) -> Component:
    links = hit.links
    name = html.A(hit.label, href=links.enter) if links.enter else html.B(hit.label)
    others = [(links.on_map, "search.on_map"), (links.page, "search.page")]
    ways = [html.A(translate(key, view.lang), href=href) for href, key in others if href]
    told = [html.Span(text, className=name) for name, text in _told(hit) if text]
    return html.Li([name, *told, html.Span(ways, className="ways")])


def _told(hit: ShownHit) -> tuple[tuple[str, str], ...]:
    return ("mute", hit.note), ("mute", hit.place), ("mute", hit.matched), ("warn", hit.state)


PAGE = Page(
    key="search",
    path="/search",
    title="search.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    plain=True,
)
