"""``/work``: what is wrong with the grid, within the visitor's sight, and how clean it is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import Desk
from dashboard.request.pages import Audience, Page
from dashboard.request.view import View
from dashboard.screens.work import components, grid_acts
from dashboard.screens.work.view_model import Sight
from geodata.locale import say
from geodata.territory.units import unit


def layout(desk: Desk, view: View) -> Component:
    """The whole page; Forbidden for a unit above the own area, NotFound for one that is not there."""
    if view.unit:
        desk.must_open(view.unit)
    sight = Sight(desk, view)
    parts = [*notices.told(), components.summary(sight), components.listing(sight), grid_acts.merges_card(sight)]
    title = say("work.title", view.lang)
    crumbs = [Crumb(title, view.link("/work", unit=None) if view.unit else None)]
    if sight.unit and view.unit:
        crumbs.append(Crumb(desk.ask(unit, sight.unit, sight.day).name))
    return plain_frame(view, "/work", crumbs, html.Main(html.Div(parts, className="broad")), desk.visitor)


PAGE = Page(key="work", path="/work", title="work.title", order=0, audience=Audience.STAFF, layout=layout, plain=True)
