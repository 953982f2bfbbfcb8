"""Which screen an address shows: one Location, one callback, and a kind page for addresses that name nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from flask import Flask, Response, request

from dashboard.components import notices
from dashboard.components.html_document import html_document
from dashboard.request.admission import admits_visitor
from dashboard.request.context import AppContext
from dashboard.request.incident import log_incident
from dashboard.request.pages import Page, find_page
from dashboard.request.view import View
from geodata.errors import Forbidden, GridError, NotFound, UserError
from geodata.locale import translate


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
    outer = html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="asked"),
            dcc.Store(id="window-title"),
            html.Div(notices.skeleton_page(), id="screen"),
        ]
    )
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
        return lay_out(ctx, page, View.parse(told.get("search")), places, told.get("machine"))


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
        return html_document(view, translate(page.title, view.lang), page.layout(ctx, view, **places))

    server.add_url_rule(page.path, f"page {page.key}", answer)


def lay_out(
    ctx: AppContext, page: Page | None, view: View, places: dict[str, Any], machine: Any
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

    Returns
    -------
    screen
        The page's own, or the page of what went wrong.
    title
        Of the window.
    """
    try:
        if page is None or page.plain:
            return notices.not_found(view), translate(NotFound.banner, view.lang)
        if not admits_visitor(page.permission, ctx.visitor):
            raise Forbidden("door.not_for_you")
        named = {"client": machine} if page.steers else {}
        return page.layout(ctx, view, **places, **named), translate(page.title, view.lang)
    except UserError as fault:
        return notices.refusal_page(view, fault.to_sentence(view.lang), fault.banner), translate(
            fault.banner, view.lang
        )
    except Exception:  # noqa: BLE001  # a page that says so; the incident is logged
        return notices.incident_page(view, log_incident(page.key if page else "-")), translate(
            GridError.banner, view.lang
        )
