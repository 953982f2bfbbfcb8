"""``kill -9`` of worker, web server and database while a file is loaded, one looked at, one exported: done or told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from geodata import embedded
from tests.integration.server.jobs_at_work import Office, furnished_home
from tests.integration.server.watched import free_port, parts_of, seconds_until_ready

PROJECT = Path(__file__).parents[3]
PARTS = ("worker", "web", "database")
MOMENTS = 100
SUBJECTS = """
INSERT INTO grid.subject (subject_id, name, kinds, sectors, village_code, entry_on, batch_id)
SELECT 'N' || n, '示例户' || n, kinds, sectors, village_code, entry_on, batch_id
FROM grid.subject, generate_series(1, 1500) AS n WHERE subject_id = 'S1'
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose private database holds the small world, with so many subjects that a list of them takes a second."""
    with furnished_home(SUBJECTS) as folder:
        yield folder


@pytest.fixture(scope="module")
def office(home: Path) -> Iterator[Office]:
    """The office at its desk: ``serve`` runs, the steward is signed in; every list is exported by a job."""
    port = free_port()
    told = (home / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve"],
        cwd=PROJECT,
        env=os.environ | {"GRID_HOME": str(home), "PORT": str(port), "GRID_EXPORT_ROWS": "0", "GRID_DATABASE_URL": ""},
        stdout=told,
        stderr=told,
    )
    found = Office(home, port, process.pid)
    try:
        seconds_until_ready(port, 120)
        found.sign_in()
        yield found
    finally:
        found.close()
        process.send_signal(signal.SIGINT)
        process.wait(60)
        told.close()


def kill(office: Office, part: str) -> None:
    """``kill -9``, as soon as the part runs at all."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if part == "database":
            pid = embedded.cluster_status(office.home).pid
        else:
            found = parts_of(office.serve).get(part)
            pid = found.pid if found else None
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.05)
    pytest.fail(f"no {part} to kill")


def at_work(office: Office, name: str, disturb: Callable[[], object]) -> float:
    """Load, look at and export, all asked for at once, disturbed meanwhile; then judged. How long it took, in s."""
    loaded, looked = (office.send(f"{name}{part}") for part in ("a", "b"))
    office.wait_for_jobs()
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as hands:
        clicks = [
            hands.submit(office.load, loaded),
            hands.submit(office.look, looked),
            hands.submit(office.export),
        ]
        disturb()
        for click in clicks:
            click.result(120)
    office.wait_for_jobs()
    took = time.monotonic() - begun
    seconds_until_ready(office.port, 60)
    office.judge_load(f"{name}a", loaded)
    office.judge_look(looked)
    office.judge_exports()
    return took


def at_moments(office: Office, name: str, seconds: list[tuple[float, str]]) -> None:
    """Kill at moments, each counted in s from the clicks."""
    begun = time.monotonic()
    for moment, part in seconds:
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        kill(office, part)


@pytest.fixture(scope="module")
def undisturbed(office: Office) -> float:
    """How long it takes when nothing dies, in s; the first of all is not counted."""
    at_work(office, "warm", lambda: None)
    return at_work(office, "calm", lambda: None)


def kill_each_at_work(office: Office) -> None:
    """Web server, database and worker, each while a job runs."""
    for part in ("web", "database", "worker"):
        until = time.monotonic() + 20
        while not office.ask("SELECT FROM grid.job WHERE state = 'running'") and time.monotonic() < until:
            time.sleep(0.02)
        kill(office, part)


def test_web_server_database_and_worker_killed_while_jobs_run(office):
    at_work(office, "three", lambda: kill_each_at_work(office))
    office.judge_whole()


@pytest.mark.soak
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_at_any_moment(office, undisturbed, moment):
    """Moments spread evenly over the work, each part in turn."""
    share = (moment + 0.5) / MOMENTS
    part = PARTS[moment % len(PARTS)]
    at_work(office, f"m{moment}x", lambda: at_moments(office, "m", [(undisturbed * share, part)]))
    office.judge_whole()
    assert psutil.pid_exists(office.serve)
