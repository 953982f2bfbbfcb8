"""What is done under ``/jobs``: one is stopped."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.jobs.job_queue import stop_job
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route; the database judges whose job it is.

    Parameters
    ----------
    server
        The Flask server; ``/jobs/<number>/stop`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/jobs/<int:number>/stop")
    def stop(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/jobs")) as act:
            ctx.execute(stop_job, number)
            act.tell_done("jobs.stop_asked", number=number)
        return act.response
