"""What is done under ``/jobs``: one is stopped, the file one has made is fetched, attachments are tidied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.file_of_job import way_to_file
from dashboard.request.job_kinds import discover_jobs
from dashboard.request.redirect_after import redirect_after
from dashboard.request.started_job import do_as_job
from dashboard.request.view import View
from dashboard.tables.download_name import content_disposition
from dashboard.tables.kept_file import find_file
from geodata.accounts import audit_trail
from geodata.accounts.audit_trail import Export
from geodata.accounts.sight import current_sight
from geodata.errors import Forbidden, NotFound
from geodata.jobs.job_list import JobLine, get_job
from geodata.jobs.job_queue import stop_job
from geodata.permissions import Permission
from geodata.vocabulary import JobState

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; the database judges whose job it is.

    Parameters
    ----------
    server
        The Flask server; ``/jobs/<number>/stop``, ``/jobs/<number>/file`` and ``/jobs/tidy`` are added to it.
    ctx
        What every route is given.
    """

    @server.post("/jobs/<int:number>/stop")
    def stop(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/jobs")) as act:
            ctx.execute(stop_job, number)
            act.tell_done("jobs.stop_asked", number=number)
        return act.response

    @server.get("/jobs/<int:number>/file")
    def fetch(number: int) -> Answer:
        view, job = View.from_args(request.args), ctx.query(get_job, number)
        kind = discover_jobs().get(job.kind)
        if job.login != ctx.login or kind is None or not kind.makes_file:
            raise NotFound("jobs.no_file", number=number)
        return _file(ctx, job) if job.state is JobState.DONE else way_to_file(view, job)

    @server.post("/jobs/tidy")
    def tidy() -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/jobs")) as act:
            do_as_job(ctx, act, view, "tidy_files", "tidy_files")
        return act.response


def _file(ctx: AppContext, job: JobLine) -> Answer:
    """The file, for whoever asked for it and still sees what it holds; noted in the audit trail each time."""
    found = find_file(ctx.settings.home, job.number)
    if found is None:
        raise NotFound.told_openly("jobs.no_file", number=job.number)
    told, path = found
    if not ctx.query(current_sight).covers_sight(told.sight):
        raise Forbidden("jobs.beyond_today", number=job.number)
    noted = dict(told.noted) | {"as_of": date.fromisoformat(told.noted["as_of"]), "job": job.number}
    ctx.execute(audit_trail.note_export, Export(**noted))
    answer = Response(_blocks(path), mimetype=told.mimetype)
    answer.headers["Content-Disposition"] = content_disposition(told.name, told.plain, saved=told.saved)
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
