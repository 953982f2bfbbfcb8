"""Which screen an address shows: one Location, one callback, and a kind page for addresses that name nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from flask import Flask, Response, request

from dashboard.app.error_page import error_page, fault_page
from dashboard.app.guard import SCREENS
from dashboard.components import notices
from dashboard.components.guidance.hint_bar import with_hint
from dashboard.components.html_document import html_document
from dashboard.request.admission import admits_visitor
from dashboard.request.asked_view import require_readable
from dashboard.request.context import AppContext
from dashboard.request.incident import log_incident
from dashboard.request.pages import Page, find_page
from dashboard.request.view import View, read_search
from geodata.errors import Forbidden, GridError, NotFound, UserError
from geodata.locale import translate
from geodata.outage import outage_of


def install_router(app: Dash, ctx: AppContext, pages: list[Page]) -> None:
    """Give ``app`` its outer layout and the callback that fills it.

    Parameters
    ----------
    app
        The application.
    ctx
        What every page is given.
    pages
        All of them; the first whose pattern fits an address is shown.
    """
    outer = outer_layout(notices.skeleton_page())
    app.layout = outer
    app.validation_layout = html.Div([outer, *(page.skeleton(View()) for page in pages if not page.plain)])

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
    def show(asked: Any) -> tuple[Component, str]:
        told = asked if isinstance(asked, Mapping) else {}
        page, places = find_page(pages, str(told.get("path", "/")))
        return lay_out(ctx, page, View.parse(told.get("search")), places, told.get("machine"), told.get("search"))


def outer_layout(screen: Component, asked: Mapping[str, Any] | None = None, title: str | None = None) -> Component:
    """What stands around every screen.

    Parameters
    ----------
    screen
        The screen, or what stands in its place.
    asked
        ``path``, ``search`` and ``machine`` the screen was laid out for; None: the browser asks for it.
    title
        Of the window.

    Returns
    -------
    layout
        The whole of what Dash draws.
    """
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="asked", data=asked),
            dcc.Store(id="window-title", data=title),
            html.Div(screen, id="screen"),
        ]
    )


def judge_documents(server: Flask, ctx: AppContext, pages: list[Page]) -> None:
    """Let an address whose screen would refuse, or that has none, do so with its status before any script is sent.

    Parameters
    ----------
    server
        The application's Flask server, with Dash's own addresses.
    ctx
        What every page is given.
    pages
        All of them.
    """

    def judged(answer: Callable[..., Any]) -> Callable[..., Any]:
        def index(*args: Any, **named: Any) -> Any:
            page, places = find_page(pages, quote(request.path))
            if page is None or page.plain:
                raise NotFound("door.http.404")
            page.require(ctx, View.from_args(request.args), **places)
            return answer(*args, **named)

        return index

    for endpoint in SCREENS:
        server.view_functions[endpoint] = judged(server.view_functions[endpoint])


def serve_plain(server: Flask, ctx: AppContext, page: Page) -> None:
    """Give a screen that needs no script its address; the others stand behind Dash's own.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every page is given.
    page
        One that is not ``plain`` is passed over.
    """
    if not page.plain:
        return

    def answer(**places: Any) -> Response:
        view = View.from_args(request.args)
        page.require(ctx, view, **places)
        return html_document(
            view, translate(page.title, view.lang), with_hint(ctx, view, page.hints, page.layout(ctx, view, **places))
        )

    server.add_url_rule(page.path, f"page {page.key}", answer)


def lay_out(
    ctx: AppContext, page: Page | None, view: View, places: dict[str, Any], machine: Any, search: object = ""
) -> tuple[Component, str]:
    """The screen and the window's title; what goes wrong becomes a page that says so, never a blank one.

    Parameters
    ----------
    ctx
        What every page is given.
    page
        The page of the address; None when there is none.
    view
        What is looked at.
    places
        The places of the address's pattern, for ``layout``.
    machine
        What the browser told of itself, for a page that steers.
    search
        The search string that gave the view; one that says what cannot be meant is refused.

    Returns
    -------
    screen
        The page's own, or the page of what went wrong.
    title
        Of the window.
    """
    try:
        if page is None or page.plain:
            raise NotFound("door.http.404")
        if not admits_visitor(page.permission, ctx.visitor):
            raise Forbidden("door.not_for_you")
        require_readable(read_search(search))
        page.require(ctx, view, **places)
        named = {"client": machine} if page.steers else {}
        screen = with_hint(ctx, view, page.hints, page.layout(ctx, view, **places, **named))
        return screen, translate(page.title, view.lang)
    except UserError as fault:
        return fault_page(view, fault, ctx), translate(fault.banner, view.lang)
    except Exception as fault:  # a page that says so; the incident is logged
        if outage_of(fault):
            raise  # asked again once the database is back
        sentence = translate("ui.broken.text", view.lang, incident=log_incident(page.key if page else "-"))
        return error_page(view, sentence, GridError.banner, ctx), translate(GridError.banner, view.lang)
