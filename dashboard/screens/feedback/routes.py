"""``/feedback/ask``: a message about a page is written."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.feedback.feedback_acts import ask_feedback
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/feedback/ask`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/feedback/ask")
    def ask_about_page() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/feedback")) as act:
            number = ctx.execute(ask_feedback, said.get("message", ""), said.get("about"))
            act.tell_done("feedback.asked", number=number)
        return act.response
