"""The look at an uploaded file as a job: asked for, found, or given up until a person asks again."""

from __future__ import annotations

from pathlib import Path

from dashboard.request.context import AppContext
from dashboard.request.started_job import begin_job
from dashboard.request.view import View
from dashboard.screens.data.kept_preview import KeptPreview, find_preview, said_of, state_of
from dashboard.screens.data.uploads import Waiting
from geodata.freshness import data_version
from geodata.jobs.job_list import JobLine, newest_job
from geodata.vocabulary import JobState

GIVEN_UP = frozenset({JobState.FAILED, JobState.STOPPED})


def ask_preview(ctx: AppContext, view: View, waiting: Waiting) -> None:
    """Have a file looked at, and wait as long as a page may.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    waiting
        The file, and what is said of it.

    Raises
    ------
    Forbidden
        The visitor may not load.
    """
    begin_job(ctx, view, "preview_file", _key(waiting), {"token": waiting.token, "said": said_of(waiting)})


def look_at_upload(ctx: AppContext, view: View, waiting: Waiting, folder: Path) -> KeptPreview | None:
    """What is known of a file as it stands; where nothing is, a job is asked to find it out.

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
    kept
        None while the job is open, and where the last look at just this ended without an answer: the next one waits for
        a person to ask for it.
    """
    kept = current_preview(ctx, waiting, folder)
    if kept is None and not _gave_up(preview_job(ctx, waiting), waiting):
        ask_preview(ctx, view, waiting)
        kept = current_preview(ctx, waiting, folder)
    return kept


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


def preview_job(ctx: AppContext, waiting: Waiting) -> JobLine | None:
    """The newest look at a file.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    waiting
        The file.

    Returns
    -------
    job
        None where there has been none.
    """
    return ctx.query(newest_job, _key(waiting))  # type: ignore[no-any-return]


def _key(waiting: Waiting) -> str:
    return f"preview_file:{waiting.token}"


def _gave_up(last: JobLine | None, waiting: Waiting) -> bool:
    return last is not None and last.state in GIVEN_UP and last.arguments.get("said") == said_of(waiting)
