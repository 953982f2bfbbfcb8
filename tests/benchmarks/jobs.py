"""What a job costs: how soon after the click it begins, and how many small ones are done in a second."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from geodata import embedded
from geodata.calendar import today
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import Scope, write_transaction
from geodata.database.upgrade import migrate
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from tests.benchmarks.process import PATIENCE, PROJECT, environment
from tests.benchmarks.table import Row
from tests.builders import small_world
from tests.visitors import add_accounts

JOBS, CLICKS = 10_000, 30
OPEN = "SELECT count(*) FROM grid.job WHERE ended_at IS NULL"
UNDONE = "SELECT count(*) FROM grid.job WHERE state <> 'done'"
SPAN = "SELECT extract(epoch FROM max(ended_at) - min(started_at)) FROM grid.job WHERE id > :last"
STARTED = "SELECT extract(epoch FROM started_at - asked_at) * 1000 FROM grid.job WHERE id > :last ORDER BY id"


def rows(home: Path, count: int = JOBS) -> Iterator[Row]:
    """Measure in a ``home`` of its own with the small world in it; each job exports a list of five subjects."""
    engine = make_engine(embedded.start_cluster(home))
    pages = application_engine(engine.url)
    try:
        migrate(engine)
        with write_transaction(engine) as db:
            add_accounts(small_world(db))
        with _worker(home, engine):
            yield from _clicks(engine, pages)
            yield from _many(engine, pages, count)
        if left := _number(engine, UNDONE):
            raise RuntimeError(f"{left} jobs were not done")
    finally:
        pages.dispose()
        engine.dispose()
        embedded.stop_cluster(home)


@contextmanager
def _worker(home: Path, engine: Engine) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "dashboard", "worker"], cwd=PROJECT, env=environment(home))
    try:
        _wait(engine, "SELECT (NOT grid.has_worker())::integer", PATIENCE)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _clicks(engine: Engine, pages: Engine) -> Iterator[Row]:
    _ask(pages, ["first"])
    _wait(engine, OPEN, PATIENCE)
    last = _number(engine, "SELECT max(id) FROM grid.job")
    for click in range(CLICKS):
        _ask(pages, [f"click {click}"])
        _wait(engine, OPEN, PATIENCE)
    with engine.connect() as db:
        waited = [float(each) for each in db.execute(text(STARTED), {"last": last}).scalars()]
    yield Row("from the click to the start of a job", statistics.median(waited), "ms", aim=300)


def _many(engine: Engine, pages: Engine, count: int) -> Iterator[Row]:
    last = _number(engine, "SELECT max(id) FROM grid.job")
    begun = time.perf_counter()
    _ask(pages, [f"small {number}" for number in range(count)])
    asked = time.perf_counter() - begun
    _wait(engine, OPEN, count)
    yield Row(f"{count:,} jobs asked for", count / asked, "jobs/s", more_is_better=True)
    yield Row(f"{count:,} small jobs done", count / _number(engine, SPAN, last=last), "jobs/s", more_is_better=True)


def _ask(pages: Engine, keys: list[str]) -> None:
    asked = {"what": "rows", "asked": {"indicator": "overdue", "format": "csv", "asof": today().isoformat()}}
    with write_transaction(pages, Scope("lin", "127.0.0.1")) as db:
        for key in keys:
            start_job(db, "export_table", key, Lang.ZH, asked)


def _wait(engine: Engine, sql: str, seconds: float) -> None:
    """Until a number is 0."""
    until = time.monotonic() + seconds
    while _number(engine, sql):
        if time.monotonic() > until:
            raise RuntimeError(f"never became 0: {sql}")
        time.sleep(0.02)


def _number(engine: Engine, sql: str, **values: object) -> float:
    with engine.connect() as db:
        return float(db.execute(text(sql), values).scalar_one() or 0)
