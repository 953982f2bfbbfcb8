"""``/help/hints/<hint>/close``: a first-visit hint is closed for good, and its reader back on the page."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.referring_page import referring_page
from dashboard.request.view import View
from geodata.errors import NotFound
from geodata.locale import Lang, read_catalogue
from geodata.notices.seen_hints import close_hint
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/help/hints/<hint>/close`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/help/hints/<hint>/close")
    def close_for_good(hint: str) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/help")) as act:
            if f"hint.{hint}" not in read_catalogue(Lang.ZH):
                raise NotFound("door.http.404")
            ctx.execute(close_hint, hint)
            act.go_to(referring_page() or view.link_to("/"))
        return act.response
