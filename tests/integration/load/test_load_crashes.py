"""Loads that are killed, cut off, doubled or run out of room: one clear outcome, the old data whole. Real processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

import etl
from geodata.locks import Lock
from geodata.settings import settings
from tests.integration import office

PROJECT = Path(__file__).parents[3]
PATIENCE_S = 60


@pytest.fixture
def file(tmp_path):
    rows = [office.PEOPLE[n % 6] | {"人员编号": f"N{n}", "姓名": f"新示例{n}"} for n in range(20_000)]
    return office.write_csv(tmp_path / "人员.csv", [*office.changed(office.PEOPLE, 姓名="改名"), *rows])


@contextmanager
def loading(engine: Engine, file: Path) -> Iterator[subprocess.Popen[str]]:
    """``python -m etl load`` as a process of its own, gone for certain afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "etl", "load", str(file)],
        cwd=PROJECT,
        env=os.environ | {"GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def standing_in_the_way(engine: Engine, statement: str) -> Iterator[None]:
    """Hold a lock from another session."""
    with engine.connect() as db, db.begin():
        db.execute(text(statement))
        yield


def wait_until(engine: Engine, condition: str) -> None:
    """Wait until a session of this database is in a state."""
    asked = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
    until = time.monotonic() + PATIENCE_S
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        while not db.execute(text(asked)).scalar_one():
            assert time.monotonic() < until, f"nobody came to: {condition}"
            time.sleep(0.01)


STAGES = {
    "waiting for its turn": (f"SELECT pg_advisory_xact_lock({Lock.LOAD})", "wait_event_type = 'Lock'"),
    "looking for faults": ("LOCK TABLE grid.rule IN ACCESS EXCLUSIVE MODE", "wait_event_type = 'Lock'"),
    "opening its batch": ("LOCK TABLE grid.load_batch IN SHARE MODE", "wait_event_type = 'Lock'"),
    "adding rows": ("LOCK TABLE grid.person IN SHARE MODE", "wait_event_type = 'Lock'"),
    "keeping what it changes": ("LOCK TABLE grid.undo_row IN SHARE MODE", "wait_event_type = 'Lock'"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_load_killed_while(loaded, file, stage):
    """SIGKILL at a known point; the next load of the same file does all the work, as if the first had never been."""
    before = office.checksum(loaded)
    lock, reached = STAGES[stage]
    with loading(loaded, file) as process, standing_in_the_way(loaded, lock):
        wait_until(loaded, reached)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert office.checksum(loaded) == before
    begun = time.monotonic()
    (report,) = etl.load_files(loaded, file)
    assert (report.new, report.changed) == (20_000, 1)
    assert time.monotonic() - begun < PATIENCE_S


@pytest.mark.parametrize("turn", [*range(4), *(pytest.param(turn, marks=pytest.mark.soak) for turn in range(4, 200))])
def test_a_load_killed_at_any_moment(loaded, file, turn):
    """Some moment of the work itself: either nothing has happened or all of it."""
    before = office.facts(loaded)
    lock, reached = STAGES["waiting for its turn"]
    with loading(loaded, file) as process:
        with standing_in_the_way(loaded, lock):
            wait_until(loaded, reached)
        time.sleep(random.Random(turn).uniform(0, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(loaded, "pid = pg_backend_pid() AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
    if office.count(loaded, "person") == 6:
        assert office.facts(loaded) == before
    else:
        assert office.count(loaded, "person") == 20_006
    etl.load_files(loaded, file)
    assert office.count(loaded, "person") == 20_006
    assert office.count(loaded, "load_batch", "file_name = '人员.csv'") == 2


def test_what_a_killed_load_left_running_on_the_server_ends_and_lets_the_next_one_in(loaded):
    """A statement that would run for minutes does not outlive its client, nor keep the load's lock."""
    code = (
        "from geodata.database.engine import make_engine\nfrom sqlalchemy import text\n"
        "with make_engine().begin() as db:\n"
        f"    db.execute(text('SELECT pg_advisory_xact_lock({Lock.LOAD})'))\n"
        "    db.execute(text('SELECT pg_sleep(600)'))\n"
    )
    url = loaded.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, env=os.environ | {"GRID_DATABASE_URL": url})
    wait_until(loaded, "query LIKE 'SELECT pg_sleep%'")
    process.kill()
    process.wait()
    begun = time.monotonic()
    with loaded.begin() as db:
        db.execute(text(f"SELECT pg_advisory_xact_lock({Lock.LOAD})"))
    assert time.monotonic() - begun < 30


def refused(engine, process, *words):
    said, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 5, said + told
    assert told.count("\n") == 1
    assert "Traceback" not in told
    assert all(word in told for word in words)


def test_a_connection_cut_while_rows_are_written_is_one_sentence_and_no_change(loaded, file):
    before = office.checksum(loaded)
    with loading(loaded, file) as process:
        with standing_in_the_way(loaded, "LOCK TABLE grid.person IN SHARE MODE"):
            wait_until(loaded, "wait_event_type = 'Lock'")
            with loaded.connect() as db:
                db.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                )
        refused(loaded, process, "人员.csv", "连接中断")
    assert office.checksum(loaded) == before
    (report,) = etl.load_files(loaded, file)
    assert report.new == 20_000


def test_two_processes_load_one_file_at_once(loaded, file):
    with loading(loaded, file) as first, loading(loaded, file) as second:
        for process in (first, second):
            said, told = process.communicate(timeout=PATIENCE_S)
            assert (process.returncode, told) == (0, ""), said
    assert office.count(loaded, "person") == 20_006
    assert office.count(loaded, "load_batch", "file_name = '人员.csv'") == 2


@pytest.fixture
def small_disk(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a tablespace on a file system of 6 MB; mounting one needs root, which the test says when it has none."""
    place = settings().home / "small-disk"
    place.mkdir()
    owner = (settings().home / "postgres" / "data").stat()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size=6m,uid={owner.st_uid},gid={owner.st_gid},mode=700", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        place.rmdir()
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    url = psycopg.conninfo.make_conninfo(
        host=str(settings().home / "postgres" / "run"), user="postgres", dbname="postgres"
    )
    try:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")  # type: ignore[arg-type]
            admin.execute("GRANT CREATE ON TABLESPACE small TO grid")
            yield "small"
            admin.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


@pytest.mark.parametrize("full", ["while the file is read", "while rows are written"])
def test_a_full_disk_is_one_sentence_and_no_change(small_disk, loaded, file, full):
    with loaded.begin() as db:
        if full == "while the file is read":
            database = loaded.url.database
            db.execute(text(f'ALTER DATABASE "{database}" SET temp_tablespaces = {small_disk}'))
        else:
            db.execute(text(f"ALTER TABLE grid.person SET TABLESPACE {small_disk}"))
            db.execute(text(f"ALTER INDEX grid.pk_person SET TABLESPACE {small_disk}"))
    before = office.checksum(loaded)
    rows = [office.PEOPLE[0] | {"人员编号": f"N{n}", "姓名": "名" * 300} for n in range(20_000)]
    big = office.write_csv(file.with_name("大.csv"), rows)
    with loading(loaded, big) as process:
        refused(loaded, process, "大.csv", "磁盘或内存已满")
    assert office.checksum(loaded) == before
    loaded.dispose()
    with loaded.begin() as db:
        db.execute(text("ALTER TABLE grid.person SET TABLESPACE pg_default"))
        db.execute(text("ALTER INDEX grid.pk_person SET TABLESPACE pg_default"))
        db.execute(text(f'ALTER DATABASE "{loaded.url.database}" RESET temp_tablespaces'))
    loaded.dispose()
    (report,) = etl.load_files(loaded, big, kind="people")
    assert report.new == 20_000
