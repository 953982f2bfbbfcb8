"""``/notices/read``: everything up to the moment the list was made is read."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.errors import UserError
from geodata.notices.notice_list import mark_read
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/notices/read`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/notices/read")
    def mark_as_read() -> Answer:
        with redirect_after(View.from_args(request.args).link_to("/notices")) as act:
            ctx.execute(mark_read, _moment(request.form.get("until", "")))
            act.tell_done("notices.all_read")
        return act.response


def _moment(said: str) -> datetime:
    """A moment with its zone, as the list's form says it."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise UserError("notices.no_moment") from None
    if found.tzinfo is None:
        raise UserError("notices.no_moment")
    return found
