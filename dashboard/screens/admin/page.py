"""``/admin/<part>``: accounts, posts, rules, the audit trail, who can see what; forms that need no script."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.page_frame import Choice, Crumb, segmented_switch
from dashboard.components.top_bar import plain_frame, theme_links
from dashboard.request.context import AppContext
from dashboard.request.navigation import Nav, NavGroup
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.admin.parts import discover
from geodata.errors import Forbidden, NotFound
from geodata.locale import translate


def layout(ctx: AppContext, view: View, part: str) -> Component:
    """A part's page.

    Parameters
    ----------
    ctx
        Has the visitor; only parts open to him are in the switch.
    view
        Day, language and the text looked for, as the address says them.
    part
        Key of a part.

    Returns
    -------
    page
        Complete, without scripts.

    Raises
    ------
    NotFound
        There is no such part.
    Forbidden
        It is not the visitor's.
    """
    found = discover().get(part)
    if found is None:
        raise NotFound("door.http.404")
    if not found.open_to(ctx.visitor):
        raise Forbidden("door.not_for_you")
    lang, kept = view.lang, theme_links(view)
    ways = [
        Choice(translate(f"admin.part.{each.key}", lang), kept.link_to(f"/admin/{each.key}"), each is found)
        for each in discover().values()
        if each.open_to(ctx.visitor)
    ]
    inside = html.Div(
        [segmented_switch(translate("admin.title", lang), ways), *notices.act_notices(), *found.body(ctx, view)],
        className="broad",
    )
    return plain_frame(view, f"/admin/{part}", [Crumb(translate("admin.title", lang))], html.Main(inside), ctx)


PAGE = Page(
    key="admin",
    path="/admin/<part>",
    title="admin.title",
    permission=frozenset(part.permission for part in discover().values()),
    layout=layout,
    nav=Nav(NavGroup.MANAGEMENT, order=10, path="/admin"),
    tasks=tuple(
        Task(f"admin.task.{part.key}", 80, path=f"/admin/{part.key}", permission=part.permission)
        for part in discover().values()
    ),
    plain=True,
)
