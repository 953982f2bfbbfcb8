"""Jobs done without the queue's worker: one by one, in this process, by the same steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text

from dashboard.request import started_job
from dashboard.request.job_kinds import discover_jobs
from geodata.database.engine import JOBS, application_engine, engine_of_role
from geodata.jobs.job_kind import JobKind
from geodata.jobs.job_run import run_job
from geodata.settings import settings


def do_waiting_jobs(owner: Engine, kinds: Mapping[str, JobKind] | None = None) -> list[int]:
    """Do every job that waits, oldest first; gives their numbers."""
    with owner.connect() as db:
        numbers = list(db.execute(text("SELECT id FROM grid.job WHERE state = 'waiting' ORDER BY id")).scalars())
    queue, application = engine_of_role(JOBS, owner.url, pool_size=1), application_engine(owner.url, pool_size=1)
    try:
        for number in numbers:
            run_job(number, discover_jobs() if kinds is None else kinds, queue, application)
    finally:
        queue.dispose()
        application.dispose()
    return numbers


@contextmanager
def doing_jobs(owner: Engine) -> Iterator[None]:
    """Jobs are done beside the test, as soon as they wait; a form waits for its job however busy the machine is."""
    over = Event()

    def work() -> None:
        while not over.wait(0.05):
            do_waiting_jobs(owner)

    beside = Thread(target=work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(started_job, "WAIT_SECONDS", 60)
        patch.setenv("GRID_DATABASE_URL", owner.url.render_as_string(hide_password=False))
        settings.cache_clear()
        beside.start()
        try:
            yield
        finally:
            over.set()
            beside.join()
    settings.cache_clear()
