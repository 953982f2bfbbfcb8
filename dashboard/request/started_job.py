"""A job asked for by a form: a short one is waited for, a longer one is followed on its own page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from dashboard.request.admission import admits_visitor
from dashboard.request.context import AppContext
from dashboard.request.job_kinds import discover_jobs
from dashboard.request.redirect_after import Act
from dashboard.request.view import View
from geodata.errors import Forbidden, Rejected
from geodata.jobs.job_list import JobLine, get_job
from geodata.jobs.job_queue import start_job
from geodata.vocabulary import JobState

WAIT_SECONDS, LOOK_SECONDS = 1.5, 0.05
"""How long a form waits for its job, and how often it looks."""


def do_as_job(
    ctx: AppContext, act: Act, view: View, kind: str, key: str, arguments: Mapping[str, Any] | None = None
) -> bool:
    """Ask for a job; what came of it is told if it is over soon, else the browser is led to the job's page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    act
        The act of the form.
    view
        Language, as the address says it.
    kind
        Key of the kind of job.
    key
        Of jobs with one key, one is open at a time.
    arguments
        Names and numbers the job is given.

    Returns
    -------
    done
        Whether it is over, and done.

    Raises
    ------
    Forbidden
        No post of the visitor's carries what the kind asks for.
    Rejected
        The job has failed already; its sentence.
    UserError
        Somebody else's job of the key is open.
    """
    job = begin_job(ctx, view, kind, key, arguments)
    if job.is_open:
        act.go_to(view.link_to(f"/jobs/{job.number}"))
        return False
    told = job.outcome.to_words(view.lang) if job.outcome else ""
    if job.state is not JobState.DONE:
        raise Rejected(told)
    act.tell_sentence(told)
    return True


def begin_job(ctx: AppContext, view: View, kind: str, key: str, arguments: Mapping[str, Any] | None = None) -> JobLine:
    """Ask for a job, and wait for it as long as a page may.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    kind
        Key of the kind of job.
    key
        Of jobs with one key, one is open at a time.
    arguments
        Names and numbers the job is given.

    Returns
    -------
    job
        As it stands then.

    Raises
    ------
    Forbidden
        No post of the visitor's carries what the kind asks for.
    UserError
        Somebody else's job of the key is open.
    """
    if not admits_visitor(discover_jobs()[kind].permission, ctx.visitor):
        raise Forbidden("door.not_for_you")
    number = ctx.execute(start_job, kind, key, view.lang, arguments)
    until = time.monotonic() + WAIT_SECONDS
    job: JobLine = ctx.query(get_job, number)
    while job.is_open and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        job = ctx.query(get_job, number)
    return job
