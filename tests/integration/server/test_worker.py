"""The worker as a process: jobs begin at once, are stopped, and survive its being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, text

from dashboard.app import job_process
from dashboard.components.job_progress import job_words
from dashboard.request.job_kinds import discover_jobs
from geodata.calendar import today
from geodata.database.engine import application_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.jobs.job_list import JobLine, get_job
from geodata.jobs.job_queue import start_job, stop_job
from geodata.locale import Lang
from geodata.locks import Lock, take_lock
from geodata.settings import settings
from geodata.vocabulary import JobState
from tests.builders import small_world
from tests.visitors import add_accounts

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def owner(module_db) -> Engine:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
        run_checks(db, today())
    return module_db


@pytest.fixture(scope="module")
def pages(owner) -> Iterator[Engine]:
    found = application_engine(owner.url)
    yield found
    found.dispose()


@contextmanager
def worker(owner: Engine) -> Iterator[subprocess.Popen[bytes]]:
    url = owner.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "worker"], cwd=PROJECT, env=os.environ | {"GRID_DATABASE_URL": url}
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def ask(pages: Engine) -> int:
    with write_transaction(pages, Scope("qin")) as db:
        return start_job(db, "check_grid", "check_grid", Lang.ZH)


def job(pages: Engine, number: int) -> JobLine:
    with read_transaction(pages, Scope("qin")) as db:
        return get_job(db, number)


def until(pages: Engine, number: int, *states: JobState, seconds: float = 60) -> JobLine:
    end = time.monotonic() + seconds
    while (found := job(pages, number)).state not in states and time.monotonic() < end:
        time.sleep(0.05)
    assert found.state in states, found
    return found


@contextmanager
def list_is_taken(owner: Engine) -> Iterator[None]:
    """Somebody else works on the work list: a look over the grid waits until he is done."""
    with owner.begin() as db:
        take_lock(db, Lock.WORK_LIST)
        yield


def runs(owner: Engine) -> int:
    with owner.connect() as db:
        return int(db.execute(text("SELECT count(*) FROM grid.integrity_run")).scalar_one())


def test_a_job_is_done_and_told_and_told_too_while_nobody_is_there_to_do_it(owner, pages):
    number = ask(pages)
    assert job(pages, number).is_unattended
    assert "dashboard worker" in job_words(job(pages, number), Lang.ZH)
    with worker(owner):
        assert until(pages, number, JobState.DONE).outcome.to_words(Lang.ZH).startswith("核查完毕")


def test_what_jobs_are_forked_from_is_there_before_the_first_of_them(owner):
    """Else the first job after every start waits for seconds of imports."""
    with worker(owner) as process:
        until = time.monotonic() + 60
        while not is_ready(process.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert is_ready(process.pid)


def test_a_worker_that_cannot_tidy_does_its_jobs(owner, pages):
    """A day too far back for any calendar was a rule that could be set: it ended every worker at its start."""
    far = "UPDATE grid.rule SET value = '999999999' WHERE key = 'job_keep_days'"
    with owner.begin() as db:
        # what the database refuses by now stands in one that an older version has written to
        db.execute(text("ALTER TABLE grid.rule DISABLE TRIGGER keep_to_kind"))
        db.execute(text(far))
        db.execute(text("ALTER TABLE grid.rule ENABLE TRIGGER keep_to_kind"))
    try:
        with worker(owner) as process:
            until(pages, ask(pages), JobState.DONE)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(3)
            until(pages, ask(pages), JobState.DONE)
    finally:
        with owner.begin() as db:
            db.execute(text("UPDATE grid.rule SET value = '30' WHERE key = 'job_keep_days'"))


def is_ready(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):  # a child that asks the system something is soon over
        return any("forkserver" in " ".join(child.cmdline()) for child in psutil.Process(pid).children())
    return False


def test_a_job_that_runs_is_stopped_and_leaves_nothing(owner, pages):
    before = runs(owner)
    with worker(owner):
        with list_is_taken(owner):
            number = ask(pages)
            until(pages, number, JobState.RUNNING)
            with write_transaction(pages, Scope("qin")) as db:
                stop_job(db, number)
            found = until(pages, number, JobState.STOPPED)
        assert found.outcome.to_words(Lang.EN) == "Stopped as asked; what was not finished left no change."
        after = ask(pages)
        until(pages, after, JobState.DONE)
    assert runs(owner) == before + 1


def test_a_worker_that_is_killed_loses_no_job_and_does_none_twice(owner, pages):
    before = runs(owner)
    with list_is_taken(owner):
        with worker(owner) as first:
            number = ask(pages)
            until(pages, number, JobState.RUNNING)
            family = psutil.Process(first.pid).children(recursive=True)
            first.send_signal(signal.SIGKILL)
            first.wait()
            _gone, alive = psutil.wait_procs(family, timeout=10)
            assert alive == [], "the job's process ends with its worker"
        assert job(pages, number).state is JobState.RUNNING, "nobody has told otherwise yet"
    with worker(owner):
        until(pages, number, JobState.DONE)
    assert runs(owner) == before + 1


def test_a_worker_told_to_stop_puts_its_job_back(owner, pages):
    with list_is_taken(owner):
        with worker(owner):
            number = ask(pages)
            until(pages, number, JobState.RUNNING)
        assert job(pages, number).is_open
    with worker(owner):
        until(pages, number, JobState.DONE)


def test_a_job_whose_process_is_killed_is_begun_again(owner, pages):
    with worker(owner) as process:
        with list_is_taken(owner):
            number = ask(pages)
            until(pages, number, JobState.RUNNING)
            end = time.monotonic() + 10
            while not (at_work := job_processes(process.pid)) and time.monotonic() < end:
                time.sleep(0.05)
            at_work[0].kill()
            time.sleep(1)
        until(pages, number, JobState.DONE)


def test_a_job_that_took_too_long_is_told_as_such_and_leaves_nothing(owner, pages):
    before = runs(owner)
    with worker(owner) as process:
        with list_is_taken(owner):
            number = ask(pages)
            until(pages, number, JobState.RUNNING)
            end = time.monotonic() + 10
            while not (at_work := job_processes(process.pid)) and time.monotonic() < end:
                time.sleep(0.05)
            at_work[0].send_signal(signal.SIGALRM)  # as the kernel does when its time is over
            found = until(pages, number, JobState.FAILED)
        assert found.outcome.to_words(Lang.ZH) == "超过允许的时间，已停止；没有做完的部分不留下任何改动。"
        until(pages, ask(pages), JobState.DONE)
    assert runs(owner) == before + 1


def test_the_kernel_ends_a_job_whose_time_is_over(owner, pages, monkeypatch):
    monkeypatch.setenv("GRID_DATABASE_URL", owner.url.render_as_string(hide_password=False))
    settings.cache_clear()
    slow = replace(discover_jobs()["check_grid"], limit_seconds=1, run=lambda _job: time.sleep(60))
    monkeypatch.setattr(job_process, "discover_jobs", lambda: {"check_grid": slow})
    number = ask(pages)
    process = get_context("fork").Process(target=job_process._do_job, args=(number,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGALRM
    with write_transaction(pages, Scope("qin")) as db:
        stop_job(db, number)
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET state = 'stopped', ended_at = now() WHERE id = :n"), {"n": number})
    monkeypatch.undo()
    settings.cache_clear()


def job_processes(pid: int) -> list[psutil.Process]:
    """Those forked from the process that has everything imported."""
    return [each for each in psutil.Process(pid).children(recursive=True) if each.ppid() != pid and each.is_running()]
