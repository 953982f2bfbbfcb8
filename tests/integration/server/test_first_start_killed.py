"""A first start killed with ``kill -9`` while the demonstration is loaded: the next is whole, ready only when it is."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.auth.first_accounts import FILE, LOGINS
from geodata import embedded
from geodata.database.engine import make_engine
from geodata.database.scope import read_transaction
from geodata.locks import Lock
from tests.integration.server.watched import free_port, seconds_until_ready

PROJECT = Path(__file__).parents[3]
OPEN_FOR = f"""
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0)::float FROM pg_stat_activity AS a
JOIN pg_locks AS l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.objid = {Lock.LOAD.value}
WHERE a.datname = current_database()
"""
"""Seconds since the transaction of the load began: that of the schema before it takes no turn among loads."""
LONGEST = 12.0
"""Seconds of the load within which the moments lie; one that comes too late finds accounts made, or a ready site."""
PATIENCE = 120
SUBJECTS = 791
"""Of the demonstration; 782 of them are supervised today."""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="grid-first-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    embedded.stop_cluster(folder)
    shutil.rmtree(folder)


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """``serve`` as a person begins it, with all it begins in one group."""
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve"],
        cwd=PROJECT,
        env=os.environ | {"GRID_HOME": str(home), "PORT": str(port), "GRID_DATABASE_URL": ""},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_transaction(home: Path, seconds: float) -> bool:
    """Until the load's transaction has been open for so long; whether it was open at all at the end."""
    until, engine = time.monotonic() + PATIENCE, None
    last = 0.0
    while time.monotonic() < until:
        try:
            if engine is None and embedded.cluster_status(home).running:
                engine = make_engine(embedded.start_cluster(home))
            if engine is not None:
                with engine.connect() as db:
                    before, last = last, float(db.execute(text(OPEN_FOR)).scalar_one())
                if last >= seconds or (before > last == 0.0 and before > 1.0):
                    break
        except DBAPIError:
            pass  # it is being made
        time.sleep(0.02)
    if engine is not None:
        engine.dispose()
    return last > 0


def judge_next_start(home: Path) -> None:
    port = free_port()
    process = start(home, port)
    try:
        seconds_until_ready(port, PATIENCE)
        engine = make_engine(embedded.start_cluster(home))
        with read_transaction(engine) as db:
            subjects = db.execute(text("SELECT count(*) FROM grid.subject")).scalar_one()
            logins = set(db.execute(text("SELECT login FROM grid.account")).scalars())
            halves = db.execute(text("SELECT count(*) FROM grid.work_item")).scalar_one()
        engine.dispose()
        assert (subjects, logins, halves > 0) == (SUBJECTS, set(LOGINS.values()), True)
        told = [line.split()[0] for line in (home / FILE).read_text(encoding="utf-8").splitlines()]
        assert sorted(told) == sorted(logins)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def kill_at(home: Path, seconds: float, *, database: bool) -> bool:
    """Kill a first start when its load has lasted so long, the private database too where said."""
    process = start(home, free_port())
    was_open = wait_for_transaction(home, seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if database and (pid := embedded.cluster_status(home).pid):
        os.kill(pid, signal.SIGKILL)
    return was_open


@pytest.mark.parametrize(("seconds", "database"), [(0.1, True), (2.0, False), (4.0, True)])
def test_the_next_start_is_whole(home, seconds, database):
    assert kill_at(home, seconds, database=database), "nothing was open at that moment"
    judge_next_start(home)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(100))
def test_the_next_start_is_whole_whenever_it_was_killed(home, turn, record_property):
    drawn = random.Random(turn)
    record_property("open", kill_at(home, (turn + drawn.random()) / 100 * LONGEST, database=turn % 2 == 0))
    judge_next_start(home)
