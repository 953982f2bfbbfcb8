"""``/work/item?item=…``: one fault of the grid, and what is done about it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notice
from dashboard.components.account import plain_frame
from dashboard.components.shell import Crumb
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.view import View
from dashboard.work import item
from dashboard.work.sight import Sight
from geodata.words import say


def layout(desk: Desk, view: View) -> Component:
    """The whole page; NotFound when no such item is within sight."""
    found = [*notice.told(), *item.parts(Sight(desk, view))]
    crumbs = [
        Crumb(say("work.title", view.lang), view.link("/work", item=None)),
        Crumb(say(f"work.{str(view.item).partition(':')[0]}.name", view.lang)),
    ]
    return plain_frame(view, "/work/item", crumbs, html.Main(html.Div(found, className="narrow")), desk.visitor)


PAGE = Page(
    key="work_item",
    path="/work/item",
    title="work.title",
    order=0,
    audience=Audience.STAFF,
    layout=layout,
    plain=True,
)
