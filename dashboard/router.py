"""Which screen an address shows: one Location, one callback, and a kind page for addresses that name nothing."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.components import notice
from dashboard.desk import Desk
from dashboard.page import Page
from dashboard.view import View
from geodata.errors import NotFound
from geodata.words import say

log = logging.getLogger(__name__)


def install(app: Dash, desk: Desk, pages: list[Page]) -> None:
    """Give ``app`` its outer layout and the callback that fills it."""
    outer = html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="asked"),
            dcc.Store(id="window-title"),
            html.Div(notice.skeleton(), id="screen"),
        ]
    )
    app.layout = outer
    app.validation_layout = html.Div([outer, *(page.skeleton(View()) for page in pages)])

    app.clientside_callback(
        ClientsideFunction("grid", "route"),
        Output("asked", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("asked", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("grid", "title"), Output("window-title", "storage_type"), Input("window-title", "data")
    )

    @app.callback(
        Output("screen", "children"), Output("window-title", "data"), Input("asked", "data"), prevent_initial_call=True
    )
    def show(asked: dict[str, Any] | None) -> tuple[Component, str]:
        asked = asked or {}
        page, places = find(pages, asked.get("path", "/"))
        return lay_out(desk, page, View.parse(asked.get("search")), places, asked.get("machine") or {})


def find(pages: list[Page], path: str) -> tuple[Page | None, dict[str, Any]]:
    """The page whose pattern ``path`` fits and the places it fills."""
    for page in pages:
        places = page.match(path)
        if places is not None:
            return page, places
    return None, {}


def lay_out(
    desk: Desk, page: Page | None, view: View, places: dict[str, Any], machine: dict[str, Any]
) -> tuple[Component, str]:
    """The screen and the window's title; what goes wrong becomes a page that says so, never a blank one."""
    try:
        if page is None:
            return notice.not_found(view), say("ui.notfound.title", view.lang)
        if desk.empty():
            return notice.empty(view), say("ui.title", view.lang)
        named = {"machine": machine} if page.steers else {}
        return page.layout(desk, view, **places, **named), say(page.title, view.lang)
    except NotFound as lost:
        return notice.not_found(view, lost.sentence(view.lang)), say("ui.notfound.title", view.lang)
    except Exception:
        incident = uuid4().hex[:8]
        log.exception("incident %s", incident)
        return notice.broken(view, incident), say("ui.broken.title", view.lang)
