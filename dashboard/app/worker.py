"""The worker: takes jobs from the queue and has each done in a process of its own, which can be ended at any moment."""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.job_context import AbortReason
from sqlalchemy import Engine

from dashboard.app.job_process import be_ready, start_process
from dashboard.request.job_kinds import discover_jobs
from geodata.accounts.sessions import forget_sessions
from geodata.attachments.attachment_store import open_store
from geodata.attachments.tidy_attachments import tidy_attachments
from geodata.backup.nightly import back_up, begin_backups, is_backup_due
from geodata.database.cut_off import is_cut_off
from geodata.database.engine import JOBS, PATIENCE, engine_of_role, make_engine
from geodata.database.upgrade import require_current_schema
from geodata.errors import SetupError
from geodata.jobs.job_kind import Sentence
from geodata.jobs.job_run import end_job
from geodata.jobs.job_tidying import tidy_up
from geodata.settings import Settings, settings
from geodata.vocabulary import JobState

AT_A_TIME = 2
"""Jobs done at once."""
HEARTBEAT_SECONDS, LOST_SECONDS = 1.0, 5.0
"""How often a worker shows that it lives, and after how long without that its jobs are taken on by another one."""
POOL_SECONDS = 15.0
"""How long a worker tries to reach a database that has gone away before it ends, to be begun again."""
TIDY_SECONDS = 3600.0
BACKUP_SECONDS = 60.0
"""How often it is asked whether the hour of the backup has come."""


class JobLost(Exception):
    """The process of a job has ended before the job did; it is begun again as often as its kind may be."""


def make_queue(engine: Engine) -> App:
    """The queue as procrastinate knows it, with the one task there is: do the job of a number.

    Parameters
    ----------
    engine
        Of the worker's role; the queue opens connections of its own as the same role.

    Returns
    -------
    app
        Not opened yet.
    """
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    named = {"options": "-c search_path=grid_queue", **PATIENCE}
    # the pool would try ever more rarely while the database is away: a worker without one ends soon and is begun again
    app = App(connector=PsycopgConnector(conninfo=url, kwargs=named, min_size=1, timeout=POOL_SECONDS))

    @app.task(name="run_job", pass_context=True, retry=RetryStrategy(wait=1))
    async def run_job(context: JobContext, number: int) -> None:
        process = await asyncio.to_thread(start_process, number)
        try:
            await _ended(process)
        except asyncio.CancelledError:
            process.kill()
            await asyncio.to_thread(process.join)
            if context.abort_reason() is AbortReason.USER_REQUEST:
                await asyncio.to_thread(end_job, engine, number, JobState.STOPPED, Sentence("job.was_stopped"))
            raise
        if process.exitcode == -signal.SIGALRM:
            await asyncio.to_thread(end_job, engine, number, JobState.FAILED, Sentence("job.too_long"))
        elif process.exitcode:
            raise JobLost(f"job {number}: exit code {process.exitcode}")

    return app


async def _ended(process: BaseProcess) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()


async def _find_lost(app: App) -> None:
    """Jobs whose worker is gone are put back into the queue."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LOST_SECONDS):
            logging.getLogger(__name__).warning("job %s is taken up again", job.task_kwargs.get("number"))
            await app.job_manager.retry_job(job)
        await asyncio.sleep(LOST_SECONDS / 2)


async def _tidy(engine: Engine) -> None:
    """At the beginning, for what a killed one has left, and every hour."""

    def tidy() -> None:
        for what in (
            lambda: tidy_up(engine, discover_jobs(), settings().home),
            lambda: forget_sessions(engine),
            lambda: tidy_attachments(engine.begin, open_store(settings())),
        ):
            try:
                what()
            except Exception as fault:  # a store that is away, an ill disk, a rule: jobs are done all the same
                if is_cut_off(fault):
                    raise
                logging.getLogger(__name__).exception("not tidied")

    while True:
        await asyncio.to_thread(tidy)
        await asyncio.sleep(TIDY_SECONDS)


class _Nightly:
    """The backup of the night; whatever goes wrong with it, jobs are done all the same."""

    def __init__(self) -> None:
        self._said = ""

    def look(self) -> bool:
        """Whether it is time for one; a folder on a disk that is away is told once, and once when it is back."""
        told, is_due = "", False
        try:
            begin_backups(settings())
            is_due = is_backup_due(settings(), datetime.now(UTC))
        except OSError as fault:
            told = str(fault)
        if told != self._said:
            logging.getLogger(__name__).warning("folder of backups: %s", told or "can be used again")
        self._said = told
        return is_due

    def make(self) -> float:
        """Make it, as whoever may read the whole database; after how many seconds to ask again."""
        try:
            engine = make_engine(pool_size=1)
            try:
                back_up(engine, open_store(settings()), settings(), datetime.now(UTC))
            finally:
                engine.dispose()
        except Exception:
            logging.getLogger(__name__).exception("no backup was made")
            return TIDY_SECONDS
        return BACKUP_SECONDS


async def _back_up() -> None:
    """Once a night; what went wrong is tried again in an hour."""
    if not (settings().backups_kept and settings().knows_owner):
        return
    nightly, pause = _Nightly(), BACKUP_SECONDS
    await asyncio.to_thread(nightly.look)  # from the beginning on pages know how it stands
    while True:
        await asyncio.sleep(pause)
        is_due = await asyncio.to_thread(nightly.look)
        pause = await asyncio.to_thread(nightly.make) if is_due else BACKUP_SECONDS


async def _work(app: App, engine: Engine) -> None:
    async with app.open_async(), asyncio.TaskGroup() as group:
        beside = [group.create_task(each) for each in (_find_lost(app), _tidy(engine), _back_up())]
        try:
            await app.run_worker_async(
                queues=["grid"],
                concurrency=AT_A_TIME,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=LOST_SECONDS,
                shutdown_graceful_timeout=1.0,
                # told of by the database at once; these are for what waits for its time, and for a lost connection
                fetch_job_polling_interval=1.0,
                abort_job_polling_interval=1.0,
            )
        finally:
            for each in beside:
                each.cancel()


def knows_jobs(known: Settings) -> bool:
    """Whether a process with these settings can take jobs.

    Parameters
    ----------
    known
        Its settings.

    Returns
    -------
    known
        False where only the database of the pages is named.
    """
    return not known.app_database_url or bool(known.jobs_database_url or known.database_url)


def run_worker() -> None:
    """Do jobs until told to stop; those at work then go back to the queue.

    Raises
    ------
    SetupError
        The database is not as this code expects it, or this process knows only the role of the pages.
    """
    if not knows_jobs(settings()):
        raise SetupError("error.no_jobs")
    engine = engine_of_role(JOBS, pool_size=2)
    require_current_schema(engine)
    be_ready()  # whoever asks for the first job does not wait for the imports
    asyncio.run(_work(make_queue(engine), engine))
