"""``/feedback/<number>/answer``: a message is answered, once or again."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.feedback.feedback_acts import answer_feedback
from geodata.permissions import Permission

PERMISSION = Permission.ANSWER_FEEDBACK


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/feedback/<number>/answer`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/feedback/<int:number>/answer")
    def answer_message(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/feedback")) as act:
            ctx.execute(answer_feedback, number, request.form.get("answer", ""))
            act.tell_done("feedback.told", number=number)
        return act.response
