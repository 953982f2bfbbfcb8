"""``/admin/<part>``: accounts, posts, rules, the audit trail, who can see what; forms that need no script."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.page_frame import Choice, Crumb, segmented
from dashboard.components.top_bar import plain_frame, taste
from dashboard.request.context import Desk
from dashboard.request.pages import Audience, Page
from dashboard.request.view import View
from dashboard.screens.admin.parts import discover
from geodata.errors import Forbidden, NotFound
from geodata.locale import say


def layout(desk: Desk, view: View, part: str) -> Component:
    """The part's page; NotFound for one there is not, Forbidden for one that is not the visitor's."""
    found = discover().get(part)
    if found is None:
        raise NotFound("door.http.404")
    if not found.open_to(desk.visitor):
        raise Forbidden("door.not_for_you")
    lang, kept = view.lang, taste(view)
    ways = [
        Choice(say(f"admin.part.{each.key}", lang), kept.link(f"/admin/{each.key}"), each is found)
        for each in discover().values()
        if each.open_to(desk.visitor)
    ]
    inside = html.Div(
        [segmented(say("admin.title", lang), ways), *notices.told(), *found.body(desk, view)], className="broad"
    )
    return plain_frame(view, f"/admin/{part}", [Crumb(say("admin.title", lang))], html.Main(inside), desk.visitor)


PAGE = Page(
    key="admin",
    path="/admin/<part>",
    title="admin.title",
    order=0,
    audience=Audience.OPERATOR,
    layout=layout,
    plain=True,
)
