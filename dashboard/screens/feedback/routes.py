"""What is done under ``/feedback``: a message is written, a message is answered."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.feedback.feedback_acts import answer_feedback, ask_feedback
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; the database judges who answers.

    Parameters
    ----------
    server
        The Flask server; ``/feedback/ask`` and ``/feedback/<number>/answer`` are added to it.
    ctx
        What every route is given.
    """

    @server.post("/feedback/ask")
    def ask() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/feedback")) as act:
            number = ctx.execute(ask_feedback, said.get("message", ""), said.get("about"))
            act.tell_done("feedback.asked", number=number)
        return act.response

    @server.post("/feedback/<int:number>/answer")
    def answer(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/feedback")) as act:
            ctx.execute(answer_feedback, number, request.form.get("answer", ""))
            act.tell_done("feedback.told", number=number)
        return act.response
