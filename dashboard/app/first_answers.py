"""What Dash asks first, written into the page itself: the screen stands when the script runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import Dash
from flask import request
from plotly.io.json import to_json_plotly

from dashboard.app.one_script import MAP_ADDRESS
from dashboard.app.router import lay_out, outer_layout
from dashboard.request import signed_in
from dashboard.request.context import AppContext
from dashboard.request.pages import Page, find_page
from dashboard.request.view import View

LAYOUT, DEPENDENCIES = "/_dash-layout", "/_dash-dependencies"
MACHINE = "grid_machine"
"""Cookie in which the browser says what it is, as ``1-1366-768``: draws maps, width and height; no fact and no name."""


_AHEAD = f'<link rel="preload" as="script" href="{MAP_ADDRESS}">'


def first_answers(app: Dash, ctx: AppContext, pages: Sequence[Page]) -> str:
    """The screen of the page that is asked for, and the callbacks there are, as parts of its document.

    Parameters
    ----------
    app
        The application.
    ctx
        Asked on behalf of the visitor.
    pages
        All of them.

    Returns
    -------
    html
        Data that no browser runs, ``<`` escaped, and the map's script asked for ahead; empty for nobody, and for a map
        that is asked for by a browser that has not told what it is.
    """
    page, places = find_page(pages, quote(request.path))
    machine = read_machine(request.cookies.get(MACHINE, ""))
    if signed_in.current_visitor() is None or page is None or page.plain or (page.steers and machine is None):
        return ""
    search = request.query_string.decode("latin-1")
    asked = {"path": quote(request.path), "search": f"?{search}" if search else "", "machine": machine}
    screen, title = lay_out(ctx, page, View.from_args(request.args), places, machine, asked["search"])
    layout = to_json_plotly(outer_layout(screen, asked, title))
    dependencies = app.server.view_functions[DEPENDENCIES]().get_data(as_text=True)
    ahead = (
        f'<link rel="preload" as="script" href="{MAP_ADDRESS}">' if page.steers and machine and machine["webgl"] else ""
    )
    return ahead + _data(LAYOUT, layout) + _data(DEPENDENCIES, dependencies)


def read_machine(said: str) -> dict[str, Any] | None:
    """What a browser has told of itself before.

    Parameters
    ----------
    said
        Value of the cookie; anything may come.

    Returns
    -------
    machine
        ``webgl``, ``width`` and ``height`` in CSS pixels; None for what is not written so.
    """
    parts = said.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts):
        return None
    draws, width, height = map(int, parts)
    return {"webgl": bool(draws), "width": width, "height": height}


def _data(address: str, json: str) -> str:
    safe = json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" data-first="{address}">{safe}</script>'
