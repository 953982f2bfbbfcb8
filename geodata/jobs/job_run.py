"""A job done from beginning to end: taken, judged, worked, told; as the account it is done for, at this moment."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from sqlalchemy import Engine, text

from geodata.accounts.visitor import find_visitor
from geodata.database.cut_off import is_cut_off
from geodata.database.scope import Scope, read_transaction
from geodata.errors import SetupError, Unavailable, UserError
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.levels import use_levels
from geodata.locale import Lang, read_catalogue
from geodata.outage import outage_of
from geodata.permissions import is_permitted
from geodata.territory.level_table import read_levels
from geodata.vocabulary import JobState

_TAKE = "SELECT * FROM grid.take_job(:number)"
_TELL = "SELECT grid.tell_job(:number, :done, :whole, CAST(:telling AS jsonb))"
_END = "SELECT grid.end_job(:number, :state, CAST(:telling AS jsonb))"


def run_job(
    number: int,
    kinds: Mapping[str, JobKind],
    queue: Engine,
    application: Engine,
    begin: Callable[[JobKind], object] = lambda _kind: None,
) -> None:
    """Do a job and tell what came of it; whatever happens it is told, unless the database goes away meanwhile.

    Parameters
    ----------
    number
        Of the job; one that is over, or is not there any more, is passed over.
    kinds
        Key → kind of job.
    queue
        Engine of the worker's role.
    application
        Engine of the role pages connect as.
    begin
        Told of the kind before the work begins, e.g. to keep its limit.

    Raises
    ------
    Exception
        The database has gone away: whether the last thing it was told is done is not known, so nothing is told of the
        job. It is taken once more.
    """
    with queue.begin() as db:
        taken = db.execute(text(_TAKE), {"number": number}).mappings().one_or_none()
    if taken is None:
        return
    kind = kinds.get(taken["kind"])
    if kind is None:
        end_job(queue, number, JobState.FAILED, Sentence("job.unknown_kind", {"kind": taken["kind"]}))
    elif taken["attempt_no"] > kind.attempts:
        end_job(queue, number, JobState.FAILED, Sentence("job.given_up", {"times": kind.attempts}))
    else:
        begin(kind)
        at_work = _running(number, dict(taken), queue, application)
        state, told = _outcome(kind, at_work)
        end_job(queue, number, state, told)


def _running(number: int, taken: Mapping[str, object], queue: Engine, application: Engine) -> RunningJob:
    def tell(done: int, whole: int, step: Sentence) -> None:
        telling = {"number": number, "done": done, "whole": whole, "telling": _json(step)}
        with queue.begin() as db:
            db.execute(text(_TELL), telling)

    scope = Scope(str(taken["login"]), str(taken["address"]))
    arguments = taken["arguments"]
    assert isinstance(arguments, dict)
    attempt, lang = int(str(taken["attempt_no"])), Lang(str(taken["lang"]))
    return RunningJob(number, scope, attempt, lang, arguments, application, tell)


def _outcome(kind: JobKind, job: RunningJob) -> tuple[JobState, Sentence]:
    try:
        with read_transaction(job.engine, job.scope) as db:
            use_levels(read_levels(db))
            visitor = find_visitor(db)
        if visitor is None or not is_permitted(visitor.roles, kind.permission):
            return JobState.FAILED, Sentence("job.not_yours")
        sight = replace(job.scope, everything=visitor.sees_all)
        return JobState.DONE, kind.run(replace(job, scope=sight))
    except Exception as fault:
        if is_cut_off(fault):
            raise
        return JobState.FAILED, _told_fault(kind, job, fault)


def _told_fault(kind: JobKind, job: RunningJob, fault: Exception) -> Sentence:
    plain = outage_of(fault) or fault  # a full disk is no fault of the program
    if plain is not fault:
        logging.getLogger(__name__).warning("job %s (%s): %s", job.number, kind.key, fault)
    if isinstance(plain, UserError | SetupError | Unavailable):
        known = plain.text in read_catalogue(job.lang)
        return Sentence(*((plain.text, plain.values) if known else ("job.refused", {"why": plain.text})))
    # a fault of the program is told as one, and stands in the log in full
    logging.getLogger(__name__).exception("job %s (%s)", job.number, kind.key, exc_info=fault)
    return Sentence("job.broken", {"number": job.number})


def end_job(queue: Engine, number: int, state: JobState, told: Sentence) -> None:
    """Tell how a job ended; one that is over stays as it was told.

    Parameters
    ----------
    queue
        Engine of the worker's role.
    number
        Of the job.
    state
        Done, failed or stopped.
    told
        What came of it.
    """
    with queue.begin() as db:
        db.execute(text(_END), {"number": number, "state": state.value, "telling": _json(told)})


def _json(told: Sentence) -> str:
    return json.dumps(asdict(told), ensure_ascii=False, default=str)
