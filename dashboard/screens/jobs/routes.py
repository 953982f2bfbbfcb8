"""What is done under ``/jobs``: one is stopped, attachments are tidied before their hour."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.started_job import do_as_job
from dashboard.request.view import View
from geodata.jobs.job_queue import stop_job
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; the database judges whose job it is.

    Parameters
    ----------
    server
        The Flask server; ``/jobs/<number>/stop`` and ``/jobs/tidy`` are added to it.
    ctx
        What the routes are given.
    """

    @server.post("/jobs/<int:number>/stop")
    def stop(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/jobs")) as act:
            ctx.execute(stop_job, number)
            act.tell_done("jobs.stop_asked", number=number)
        return act.response

    @server.post("/jobs/tidy")
    def tidy() -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/jobs")) as act:
            do_as_job(ctx, act, view, "tidy_files", "tidy_files")
        return act.response
