"""One job in a process of its own, forked from one that has everything imported; it ends with its worker."""

from __future__ import annotations

import os
import signal
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread

from dashboard.request.job_kinds import discover_jobs
from geodata.database.engine import JOBS, application_engine, engine_of_role
from geodata.jobs.job_run import run_job

discover_jobs()  # what jobs need is imported once, before any of them is forked


def be_ready() -> None:
    """Begin the process that jobs are forked from, if it is not there: it imports everything, which takes seconds."""
    get_context("forkserver").set_forkserver_preload([__name__])
    forkserver.ensure_running()


def start_process(number: int) -> BaseProcess:
    """Begin a job in a process of its own.

    Parameters
    ----------
    number
        Of the job.

    Returns
    -------
    process
        Started; its exit code is ``-SIGALRM`` when the job took longer than its kind may.
    """
    be_ready()
    process = get_context("forkserver").Process(target=_do_job, args=(number,), name=f"job {number}")
    process.start()
    return process


def _die_with_worker() -> None:
    """End with the worker, ``kill -9`` included; the kernel would look at the process this one was forked from."""
    worker = parent_process()
    assert worker is not None
    wait([worker.sentinel])
    os.kill(os.getpid(), signal.SIGKILL)


def _do_job(number: int) -> None:
    Thread(target=_die_with_worker, daemon=True).start()
    queue, application = engine_of_role(JOBS, pool_size=1), application_engine(pool_size=1)
    # the kernel ends a job that takes too long, also one that hangs inside of a library
    run_job(number, discover_jobs(), queue, application, lambda kind: signal.alarm(kind.limit_seconds))
