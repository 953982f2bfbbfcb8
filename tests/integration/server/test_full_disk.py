"""A disk that is full while something is written: one sentence, all as before, and once there is room it is done.

Home, database, backups and what is written lie on one small disk, as on the one machine of an office. Files, sealed
backups, attachments and logs on full disks of their own: ``test_sealed_backup.py``, ``test_log_file.py`` and others.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from sqlalchemy import make_url, text

from geodata import embedded
from geodata.backup.half_backup import HALF
from geodata.backup.table_sums import Sums
from geodata.database.engine import make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.database.upgrade import migrate
from geodata.errors import Unavailable
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from tests.integration import office
from tests.integration.server.test_killed_acts import ACTS, Act, World, begin, held
from tests.integration.server.watched import free_port, seconds_until_ready

PROJECT = Path(__file__).parents[3]
PATIENCE = 120
MB = 2**20


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A home with its database server and the small office, on a file system of 256 MB."""
    home = Path(tempfile.mkdtemp(prefix="grid-full-", dir="/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=711", "tmpfs", home], check=False)
    if os.geteuid() != 0 or mounted.returncode:
        home.rmdir()
        pytest.skip("only root may mount a disk of its own size")
    try:
        engine = make_engine(embedded.start_cluster(home))
        migrate(engine)
        office.load_office(engine, home / "office")
        engine.dispose()
        yield home
    finally:
        embedded.stop_cluster(home)
        subprocess.run(["umount", "-l", home], check=True)
        home.rmdir()


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    """A copy of the office for one test, on the same disk."""
    url = make_url(embedded.start_cluster(disk))
    with _owner(disk) as admin:
        admin.execute("CREATE DATABASE one OWNER grid TEMPLATE grid STRATEGY file_copy")
    engine = make_engine(url.set(database="one"))
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        yield World(engine, Path(folder))
    engine.dispose()
    with _owner(disk) as admin:
        admin.execute("DROP DATABASE one WITH (FORCE)")
        admin.execute("CHECKPOINT")


@contextmanager
def _owner(home: Path) -> Iterator[psycopg.Connection]:
    socket = str(home / "postgres" / "run")
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as admin:
        yield admin


@contextmanager
def no_room(home: Path) -> Iterator[None]:
    """Not a byte is left on the disk."""
    ballast = home / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (MB, 4096, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


def fill_the_log(home: Path) -> None:
    """Use up what the database had made ahead: its next change needs a new file of its log, and without one it ends."""
    with suppress(psycopg.OperationalError), _owner(home) as admin:
        for _ in range(256):
            admin.execute("SELECT pg_logical_emit_message(false, '', repeat('x', 1000000)), pg_sleep(0.01)")


def require_done_once_there_is_room(world: World, act: Act, arguments: list[str], before: Sums) -> None:
    again = begin(world, arguments)
    _, told = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, told.decode()
    assert act.done(world, before)
    assert [each.name for each in world.folder.iterdir() if each.name.endswith((HALF, ".draft"))] == []


@pytest.mark.parametrize("name", ACTS)
def test_it_is_told_and_done_once_there_is_room(world, disk, monkeypatch, name):
    monkeypatch.setenv("GRID_HOME", str(disk))
    act = ACTS[name]
    arguments = act.prepare(world)
    before = held(world)
    with no_room(disk):
        process = begin(world, arguments)
        said, told = (each.decode() for each in process.communicate(timeout=PATIENCE))
    world.engine.dispose()
    embedded.start_cluster(disk)
    assert not act.done(world, before)
    assert process.returncode in {2, 5, 75}, said + told
    assert re.search("磁盘|有空间", told), told
    assert len(told.strip().splitlines()) == 1, told
    require_done_once_there_is_room(world, act, arguments, before)


@pytest.mark.parametrize("name", ["load", "merge"])
def test_where_the_database_itself_ends_it_comes_back_with_all_it_had(world, disk, monkeypatch, name):
    monkeypatch.setenv("GRID_HOME", str(disk))
    act = ACTS[name]
    arguments = act.prepare(world)
    before = held(world)
    with no_room(disk):
        fill_the_log(disk)
        process = begin(world, arguments)
        said, told = (each.decode() for each in process.communicate(timeout=PATIENCE))
        with pytest.raises(Unavailable) as refused:
            embedded.start_cluster(disk)
    assert process.returncode == 75, said + told
    assert len(told.strip().splitlines()) == 1, told
    assert "磁盘" in str(refused.value)
    world.engine.dispose()
    embedded.start_cluster(disk)
    assert not act.done(world, before)
    require_done_once_there_is_room(world, act, arguments, before)


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "text/html"})
        with urlopen(asked, timeout=30) as found:
            return int(found.status), found.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def test_the_site_stays_up_and_is_whole_again_by_itself(disk):
    """The database ends and cannot be begun again while there is no room; pages say so, nothing has to be restarted."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("GRID_DATABASE")}
    serve = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve", "--no-demo"],
        cwd=PROJECT, env=own | {"GRID_HOME": str(disk), "PORT": str(port), "GRID_BACKUPS_KEPT": "0"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        seconds_until_ready(port, PATIENCE)
        with no_room(disk):
            fill_the_log(disk)
            until = time.monotonic() + PATIENCE
            while answer(port, "/healthz/ready")[0] != 503:
                assert time.monotonic() < until
                time.sleep(0.1)
            time.sleep(3)  # it was tried meanwhile to begin the database again
            status, page = answer(port, "/")
            assert (status, "暂时不可用" in page) == (503, True), page
            assert answer(port, "/healthz/alive")[0] == 200
            assert serve.poll() is None
        until = time.monotonic() + PATIENCE
        while answer(port, "/healthz/ready")[0] != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        serve.terminate()
        said, _ = serve.communicate(timeout=PATIENCE)
    assert serve.returncode == 0, said
    assert "数据库启动不了" in said


def test_a_job_is_told_or_done_and_done_once_there_is_room(world, disk, monkeypatch):
    monkeypatch.setenv("GRID_HOME", str(disk))
    with world.engine.begin() as db:
        db.execute(text("UPDATE grid.post SET role = 'section_head' WHERE person_no = 'R2'"))
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('r2', 'R2')"))
    number = ask_for_look(world)
    before = office.count(world.engine, "work_item")
    with no_room(disk):
        process = begin(world, ["dashboard", "worker"])
        try:  # where it cannot even write down that it is there, it ends, and who began it begins it again
            _, said = process.communicate(timeout=10)
            assert (process.returncode, "磁盘已满" in said.decode()) == (75, True), said.decode()
        except subprocess.TimeoutExpired:
            process.kill()
    process = begin(world, ["dashboard", "worker"])
    try:
        state = state_at_end(world, number)
        if state == "failed":
            with read_transaction(world.engine) as db:
                assert db.execute(text("SELECT outcome ->> 'key' FROM grid.job")).scalar_one() == "error.disk_full"
            assert office.count(world.engine, "work_item") == before
            state = state_at_end(world, ask_for_look(world))
        assert state == "done"
        assert office.count(world.engine, "work_item") > before
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def ask_for_look(world: World) -> int:
    with write_transaction(world.engine, Scope("r2")) as db:
        return start_job(db, "check_grid", "check_grid", Lang.ZH)


def state_at_end(world: World, number: int) -> str:
    until, asked = time.monotonic() + PATIENCE, text("SELECT state FROM grid.job WHERE id = :number")
    while time.monotonic() < until:
        with world.engine.connect() as db:
            if (state := str(db.execute(asked, {"number": number}).scalar_one())) in ("done", "failed"):
                return state
        time.sleep(0.1)
    pytest.fail(f"job {number} does not end")
