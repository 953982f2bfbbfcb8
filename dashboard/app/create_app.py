"""Puts the application together: Dash over Flask, the pages and the routes that were found."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, request
from sqlalchemy import Engine

from dashboard.app import error_pages, http_headers, router
from dashboard.app.first_answers import first_answers
from dashboard.app.guard import Guard
from dashboard.app.kept_scripts import keep_scripts
from dashboard.app.log_filter import keep_tokens_out
from dashboard.app.one_script import MAP_ADDRESS, OneScript
from dashboard.app.route_modules import discover_routes
from dashboard.app.token_door import TokenDoor
from dashboard.auth import session
from dashboard.components.document_head import HTML_LANG, TOKENS
from dashboard.request.admission import PUBLIC
from dashboard.request.context import AppContext
from dashboard.request.pages import navigation_of, tasks_of
from dashboard.request.request_counts import RequestCounts
from dashboard.request.view import View
from dashboard.screens import discover_pages
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.settings import Settings
from layers.catalog import discover


class GridDash(Dash):
    """Dash whose first page already knows language and theme, so that nothing flashes while it loads.

    ``ctx`` is where its pages ask, ``guard`` knows for whom every address and callback is, ``one`` holds the scripts.
    """

    ctx: AppContext
    guard: Guard
    one: OneScript

    def interpolate_index(self, **parts: Any) -> str:
        """The first page in the language and theme its address asks for.

        Parameters
        ----------
        **parts
            Dash's own, each a piece of HTML by its name in ``_INDEX``.

        Returns
        -------
        html
            The whole page.
        """
        view = View.from_args(request.args)
        parts["title"] = translate("ui.title", view.lang)
        parts["css"] = TOKENS + self.one.style_tag(parts["css"])
        parts["favicon"] = _ICON
        parts["scripts"] = first_answers(self, self.ctx, self.guard.pages) + self.one.script_tag(parts["scripts"])
        parts["app_entry"] = _ENTRY.format(loading=translate("ui.loading", view.lang))
        page_html = super().interpolate_index(**parts)
        root = (
            f'<html lang="{HTML_LANG[view.lang]}" data-theme="{view.theme}" data-ag-theme-mode="{view.theme}"'
            f' data-away="{translate("error.no_answer", view.lang)}" data-map-script="{MAP_ADDRESS}"'
            f' data-later="{" ".join(self.one.later)}">'
        )
        return page_html.replace("<html>", root, 1)


_FAVICON = Path(__file__).with_name("assets") / "favicon.ico"
_INDEX = """<!DOCTYPE html>
<html>
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


_ICON = f'<link rel="icon" href="data:image/x-icon;base64,{b64encode(_FAVICON.read_bytes()).decode()}">'
_TILE = '<div class="card tile"></div>'
_TILES = f'<div class="tiles">{_TILE * len(discover())}</div>'
_COLUMN = f'<div class="column">{_TILES}<div class="card"></div><div class="card"></div></div>'
_ENTRY = (
    '<div id="react-entry-point"><div class="page" aria-busy="true">'
    '<div class="top"><b class="brand">{loading}</b></div>'
    f'<div class="one-map"><div class="map"></div>{_COLUMN}</div></div></div>'
)
"""What stands on the screen before the first answer: the places of the map's screen, empty."""


def create_app(settings: Settings, engine: Engine, door: Engine) -> GridDash:
    """The application over one database; several may live in one process.

    Nothing it serves asks another machine for anything.

    Parameters
    ----------
    settings
        Of them the session's, the sizes of files, TLS and proxies.
    engine
        The application's (``engine.application_engine``), whose role owns nothing.
    door
        Of the role people are let in with (``engine.door_engine``).

    Returns
    -------
    app
        The Dash app; its WSGI callable is ``.server``.

    Raises
    ------
    TypeError
        A page or a module of addresses is not as it must be (``discover_pages``, ``discover_routes``).
    """
    keep_tokens_out()
    server = Flask("dashboard", static_folder=None)
    app = GridDash(
        "dashboard",
        server=server,
        assets_folder="app/assets",
        serve_locally=True,
        index_string=_INDEX,
        title="",
        update_title=None,  # type: ignore[arg-type]
        suppress_callback_exceptions=False,
        enable_mcp=False,
        use_async=False,  # else it follows from whether some package has brought asgiref along
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    pages = discover_pages()
    ctx = AppContext(settings, engine, door, navigation_of(pages), tasks_of(pages))
    session.install_sessions(server, ctx)
    error_pages.install_error_pages(server, ctx)
    guard = Guard(app, pages, TokenDoor(ctx))
    guard.watch_requests()
    session.refuse_forgeries(server, settings)
    app.ctx, app.guard = ctx, guard
    with guard.require_permission(PUBLIC):
        app.one = OneScript(server)
    with guard.require_permission(Permission.SEE_AREA):  # and judged by screen, once it is known which one is asked for
        router.install_router(app, ctx, pages)
    for screen in pages:
        with guard.require_permission(screen.permission):
            router.serve_plain(server, ctx, screen)
            screen.register(app, ctx)
    for route in discover_routes():
        with guard.require_permission(route.PERMISSION, tokens=getattr(route, "TOKENS", False)):
            route.register(server, ctx)
        largest = getattr(route, "largest_request", lambda known: known.upload_mb * 2**20)
        guard.own_readers |= set(getattr(route, "READS_ITSELF", ()))
        guard.large |= dict.fromkeys(getattr(route, "TAKES_FILES", ()), largest(settings))
    router.judge_documents(server, ctx, pages)
    http_headers.guard_headers(app, settings)
    http_headers.compress_answers(server)
    keep_scripts(app)
    RequestCounts(server)
    # Dash finishes itself on its first request, which two threads must not share; the scripts are read once for all
    server.test_client().get("/_favicon.ico")
    with server.test_request_context("/"):
        app.index()
    return app
