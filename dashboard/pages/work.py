"""``/work``: what is wrong with the grid, within the visitor's sight, and how clean it is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notice
from dashboard.components.account import plain_frame
from dashboard.components.shell import Crumb
from dashboard.data import grid
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.view import View
from dashboard.work import lists
from dashboard.work.sight import Sight
from geodata.units import unit
from geodata.words import say


def layout(desk: Desk, view: View) -> Component:
    """The whole page; Forbidden for a unit above the own area, NotFound for one that is not there."""
    if view.unit:
        desk.must_open(view.unit)
    sight = Sight(desk, view)
    parts = [*notice.told(), lists.summary(sight), lists.listing(sight), grid.merges_card(sight)]
    title = say("work.title", view.lang)
    crumbs = [Crumb(title, view.link("/work", unit=None) if view.unit else None)]
    if sight.unit and view.unit:
        crumbs.append(Crumb(desk.ask(unit, sight.unit, sight.day).name))
    return plain_frame(view, "/work", crumbs, html.Main(html.Div(parts, className="broad")), desk.visitor)


PAGE = Page(key="work", path="/work", title="work.title", order=0, audience=Audience.STAFF, layout=layout, plain=True)
