"""``/me/sessions``: ending own sessions other than the present one, which ends by signing out."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.signed_in import present_session
from dashboard.request.view import View
from geodata.accounts import sessions
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; what is under ``/me/sessions`` is added.
    ctx
        What every route is given.
    """

    @server.post("/me/sessions/<int:number>/end")
    def end_session(number: int) -> Answer:
        with redirect_after(View.from_args(request.args).link_to("/me")) as act:
            ctx.execute_at_door(sessions.end_other_session, present_session(), number)
            act.tell_done("me.sessions.ended")
        return act.response

    @server.post("/me/sessions/end-others")
    def end_other_sessions() -> Answer:
        with redirect_after(View.from_args(request.args).link_to("/me")) as act:
            count = ctx.execute_at_door(sessions.end_other_sessions, present_session())
            act.tell_done("me.sessions.ended_others", count=count)
        return act.response
