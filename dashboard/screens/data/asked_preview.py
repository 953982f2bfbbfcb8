"""The look at an uploaded file as a job: asked for, found, or given up until a person asks again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dashboard.request.context import AppContext
from dashboard.request.started_job import begin_job
from dashboard.request.view import View
from dashboard.screens.data.kept_preview import KeptPreview, find_preview, said_of, state_of
from dashboard.screens.data.uploads import Waiting
from geodata.errors import NotFound
from geodata.freshness import data_version
from geodata.jobs.job_list import JobLine, newest_job
from geodata.jobs.job_queue import stop_job
from geodata.vocabulary import JobState

GIVEN_UP = frozenset({JobState.FAILED, JobState.STOPPED})


def ask_preview(ctx: AppContext, view: View, waiting: Waiting) -> JobLine:
    """Have a file looked at, and wait as long as a page may.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    waiting
        The file, and what is said of it.

    Returns
    -------
    job
        As it stands then.

    Raises
    ------
    Forbidden
        The visitor may not load.
    """
    return begin_job(ctx, view, "preview_file", _key(waiting), {"token": waiting.token, "said": said_of(waiting)})


def look_at_upload(ctx: AppContext, view: View, waiting: Waiting, folder: Path) -> KeptPreview | JobLine:
    """What is known of a file as it stands, or the job that is to find it out.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    waiting
        The file, and what is said of it.
    folder
        The upload's own.

    Returns
    -------
    found
        A job that is open already is given as it stands: whoever only follows it waits for nothing. One that ended
        without an answer to just this stays the answer until a person asks again.
    """
    kept = current_preview(ctx, waiting, folder)
    if kept is not None:
        return kept
    job: JobLine | None = ctx.query(newest_job, _key(waiting))
    if job is not None and (job.is_open or _gave_up(job, waiting)):
        return job
    job = ask_preview(ctx, view, waiting)
    return current_preview(ctx, waiting, folder) or job


def load_key(waiting: Waiting) -> str:
    """The key of the job that loads a file.

    Parameters
    ----------
    waiting
        The file.

    Returns
    -------
    key
        Of jobs with one key, one is open at a time.
    """
    return f"load_file:{waiting.token}"


def stop_jobs_of(ctx: AppContext, waiting: Waiting) -> None:
    """Stop whatever is under way for a file that is thrown away: nobody waits for it any more.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    waiting
        The file.
    """
    for key in (_key(waiting), load_key(waiting)):
        job: JobLine | None = ctx.query(newest_job, key)
        if job is not None and job.is_open:
            with suppress(NotFound):  # over in this moment
                ctx.execute(stop_job, job.number)


def current_preview(ctx: AppContext, waiting: Waiting, folder: Path) -> KeptPreview | None:
    """What is kept of a file, if it is true at this moment.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor; for the data's version of now, not of a second ago.
    waiting
        The file, and what is said of it.
    folder
        The upload's own.

    Returns
    -------
    kept
        None where it must be looked at again.
    """
    return find_preview(folder, state_of(waiting, ctx.query(data_version)))


def _key(waiting: Waiting) -> str:
    return f"preview_file:{waiting.token}"


def _gave_up(job: JobLine, waiting: Waiting) -> bool:
    return job.state in GIVEN_UP and job.arguments.get("said") == said_of(waiting)
