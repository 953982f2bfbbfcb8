"""``/data/<token>``: what an uploaded file would do, seen before anything is written."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notice
from dashboard.components.account import plain_frame
from dashboard.components.shell import Crumb
from dashboard.data import keep_panels, loader, panels
from dashboard.data.headings import headings
from dashboard.data.shelf import Shelf
from dashboard.data.spots import spots
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.view import View
from geodata.errors import UserError
from geodata.units import shapes
from geodata.vocabulary import Level
from geodata.words import say


def layout(desk: Desk, view: View, token: str) -> Component:
    """The whole page; NotFound when the file is gone or somebody else's."""
    assert desk.visitor is not None, "the guard lets nobody else in"
    shelf = Shelf(desk.settings.home)
    waiting = shelf.get(token, desk.visitor.login)
    try:
        found = loader.look(desk, waiting, shelf.path(waiting))
        towns = desk.look(shapes, Level.TOWN, desk.day(view), simplify_m=60.0)
        drawing = spots(towns, found.rejects, view.lang)
        parts = [
            panels.outcome(view, waiting, found),
            panels.faults(view, found, drawing),
            panels.differences(view, found),
            panels.columns(view, waiting, found),
            keep_panels.saving(view, waiting),
        ]
    except UserError as refused:
        known = headings(waiting, shelf.path(waiting))
        parts = [
            panels.misread(view, waiting, refused.sentence(view.lang)),
            panels.corrections(view, waiting, known),
        ]
    crumbs = [Crumb(say("data.title", view.lang), view.link("/data")), Crumb(waiting.file)]
    body = html.Main(html.Div([*notice.told(), *parts], className="broad"))
    return plain_frame(view, f"/data/{token}", crumbs, body, desk.visitor)


PAGE = Page(
    key="data_file",
    path="/data/<token>",
    title="data.title",
    order=0,
    audience=Audience.STEWARD,
    layout=layout,
    plain=True,
)
