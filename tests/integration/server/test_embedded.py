"""The private cluster: made, shared, stopped, and back again after every kind of bad ending."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from geodata import embedded
from geodata.embedded import server
from geodata.errors import SetupError
from geodata.settings import settings

PROJECT = Path(__file__).parents[3]
START = """
import sys, pathlib
from geodata import embedded
print(embedded.start_cluster(pathlib.Path(sys.argv[1]), durable=False))
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every account can enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="grid-embedded-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(open_folder: Path) -> Iterator[Callable[[Path], str]]:
    """``embedded.start_cluster`` for throw-away clusters, all stopped afterwards."""
    homes = []

    def begin(home: Path) -> str:
        homes.append(home)
        return embedded.start_cluster(home, durable=False)

    yield begin
    for home in homes:
        embedded.stop_cluster(home)
        away = Path("/var/lib/grid-map") / embedded.cluster_status(home).data.parent.name
        shutil.rmtree(away, ignore_errors=True)


def ask(url: str, query: str) -> object:
    where = make_url(url)
    with psycopg.connect(
        host=where.query["host"],
        port=where.query["port"],
        user=where.username,
        dbname=where.database,
        autocommit=True,
    ) as db:
        answer = db.execute(query)
        row = answer.fetchone() if answer.description else None
        return row and row[0]


def in_another_process(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", START, home], cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def kill_server(home: Path) -> None:
    pid = embedded.cluster_status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while embedded.cluster_status(home).running:
        time.sleep(0.01)


def test_makes_a_postgis_with_checksums_that_nobody_else_reaches(open_folder, start):
    assert not embedded.cluster_status(open_folder).exists
    url = start(open_folder)
    assert ask(url, "SELECT ST_SRID(ST_Transform(ST_SetSRID(ST_Point(126.4, 41.9), 4490), 4551))") == 4551
    assert ask(url, "SHOW data_checksums") == "on"
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SELECT upper('é') = 'É' AND '浑江' ~ '^\\w+$'") is True
    assert stat.S_IMODE(embedded.cluster_status(open_folder).socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(embedded.cluster_status(open_folder).data.stat().st_mode) == 0o700


def test_the_program_connects_as_an_owner_not_as_a_superuser(cluster_url):
    assert ask(cluster_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(cluster_url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'grid'") == "grid"


def test_safety_against_power_loss_is_on_unless_asked_otherwise(open_folder):
    url = embedded.start_cluster(open_folder)
    assert [ask(url, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    embedded.stop_cluster(open_folder)


def test_a_second_process_uses_the_running_server(open_folder, start):
    url = start(open_folder)
    before = embedded.cluster_status(open_folder)
    other = in_another_process(open_folder)
    assert other.communicate()[0].strip() == url == before.url
    assert embedded.cluster_status(open_folder).pid == before.pid


def test_two_first_starts_at_once_make_one_cluster(open_folder, start):
    both = [in_another_process(open_folder) for _ in range(2)]
    urls = {process.communicate()[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert urls == {start(open_folder)}


def test_stop_ends_every_process_and_may_be_repeated(open_folder, start):
    start(open_folder)
    data = embedded.cluster_status(open_folder).data
    embedded.stop_cluster(open_folder)
    embedded.stop_cluster(open_folder)
    assert server.processes_in(data) == set()
    assert embedded.cluster_status(open_folder).url is None
    embedded.stop_cluster(open_folder / "never-started")
    assert not (open_folder / "never-started").exists()


def test_after_kill_9_the_next_start_recovers_what_was_committed(open_folder):
    url = embedded.start_cluster(open_folder)  # durable, as in earnest
    ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    kill_server(open_folder)
    assert (embedded.cluster_status(open_folder).data / "postmaster.pid").exists()
    assert ask(embedded.start_cluster(open_folder), "SELECT count(*) FROM kept") == 1000
    embedded.stop_cluster(open_folder)


def test_a_session_left_over_from_the_killed_server_is_waited_for(open_folder, start):
    where = make_url(start(open_folder))
    with psycopg.connect(host=where.query["host"], port=5432, user="grid", dbname="grid") as db:
        db.execute("SELECT 1")
        kill_server(open_folder)
        assert ask(start(open_folder), "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT 1")


def test_a_session_that_never_notices_is_ended_and_a_stranger_in_the_folder_is_not(open_folder, start):
    """Such as one that waits for a lock of shared memory whose holder is gone; here it is stopped for good."""
    where = make_url(start(open_folder))
    with psycopg.connect(host=where.query["host"], port=5432, user="grid", dbname="grid") as db:
        session = db.info.backend_pid
        stranger = subprocess.Popen(["sleep", "60"])
        os.kill(session, signal.SIGSTOP)
        kill_server(open_folder)
        assert ask(start(open_folder), "SELECT 1") == 1
        assert session not in server.processes_in(embedded.cluster_status(open_folder).data)
        server._end_session(stranger.pid, signal.SIGKILL)
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()


def test_the_dead_servers_process_id_may_be_somebody_elses_by_now(open_folder, start):
    start(open_folder)
    status = embedded.cluster_status(open_folder)
    kill_server(open_folder)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        for trace in (status.data / "postmaster.pid", status.socket / ".s.PGSQL.5432.lock"):
            lines = trace.read_text().splitlines()
            trace.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert not embedded.cluster_status(open_folder).running
        assert ask(start(open_folder), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_cut_short_is_begun_again(open_folder, start):
    half = open_folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    assert ask(start(open_folder), "SELECT 1") == 1
    assert not half.exists()


def test_a_database_half_made_is_completed(open_folder, start):
    where = make_url(start(open_folder))
    with psycopg.connect(
        host=where.query["host"], port=5432, user="postgres", dbname="postgres", autocommit=True
    ) as db:
        db.execute("DROP DATABASE grid")
    assert ask(start(open_folder), "SELECT count(*) FROM pg_extension WHERE extname IN ('postgis', 'btree_gist')") == 2


@pytest.mark.parametrize("name", ["浑江区 网格", "it's a \"home\", 100% 'quoted' $HOME"])
def test_any_name_of_the_folder_will_do(open_folder, start, name):
    assert ask(start(open_folder / name), "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(open_folder, start):
    home = open_folder / "一个很长很长的文件夹名字" / ("x" * 60)
    url = start(home)
    socket = embedded.cluster_status(home).socket
    assert socket.parent == Path("/tmp")
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert ask(url, "SELECT 1") == 1
    kill_server(home)
    shutil.rmtree(socket)  # as a restart of the machine would
    assert ask(start(home), "SELECT 1") == 1
    embedded.stop_cluster(home)
    assert not embedded.cluster_status(home).socket.exists() or embedded.cluster_status(home).socket.parent != Path(
        "/tmp"
    )


def owners(pids: set[int]) -> set[int]:
    """Whose the processes are; the server's helpers come and go, and one may have ended since it was found."""
    found = set()
    for pid in pids:
        with suppress(FileNotFoundError):
            found.add(Path(f"/proc/{pid}").stat().st_uid)
    return found


@as_root
def test_root_lends_the_server_to_an_unprivileged_account(open_folder, start):
    start(open_folder)
    status = embedded.cluster_status(open_folder)
    assert owners(server.processes_in(status.data)) == {status.data.stat().st_uid}
    assert status.data.stat().st_uid != 0
    assert open_folder.stat().st_uid == 0


@as_root
def test_a_home_the_account_cannot_enter_keeps_its_data_elsewhere_and_says_so(open_folder, start, caplog):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "var"
    url = start(home)
    data = embedded.cluster_status(home).data
    assert data.is_relative_to("/var/lib/grid-map")
    assert str(data) in caplog.text
    assert ask(url, "SELECT 1") == 1
    embedded.stop_cluster(home)
    caplog.clear()
    assert ask(start(home), "SELECT 1") == 1
    assert embedded.cluster_status(home).data == data
    assert not caplog.text


@pytest.fixture
def changed_setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    def change(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


def test_no_postgresql_is_one_sentence_that_says_what_to_install(open_folder, changed_setting):
    changed_setting("GRID_POSTGRES_BIN", "/nonexistent")
    with pytest.raises(SetupError, match="postgresql-postgis"):
        embedded.start_cluster(open_folder)


def test_data_of_another_version_is_not_touched(open_folder, start):
    start(open_folder)
    embedded.stop_cluster(open_folder)
    version = embedded.cluster_status(open_folder).data / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("9\n")
    with pytest.raises(SetupError, match="postgresql-9-postgis-3"):
        start(open_folder)
    version.write_text(made_by)
