"""Backups and restores beside PostgreSQL's own programs alone, and how soon a database that was killed is back."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from sqlalchemy import Engine, text

from geodata import embedded
from geodata.attachments.attachment_store import open_store
from geodata.backup.backup_folder import make_backup, restore_backup
from geodata.database.engine import make_engine
from geodata.embedded.binaries import find_binaries
from geodata.settings import Settings
from tests.benchmarks.process import Server
from tests.benchmarks.table import Row

MANY = 1_000_000
PATIENCE = 60
_MORE = f"""
INSERT INTO grid.visit SELECT (jsonb_populate_record(v, jsonb_build_object('visit_no', v.visit_no || '-' || n))).*
FROM grid.visit AS v, generate_series(1, {MANY} / (SELECT count(*) FROM grid.visit)) AS n
"""


def rows(home: Path) -> Iterator[Row]:
    """Measure the demonstration in ``home``, then a copy of it with a million visits more."""
    url = embedded.start_cluster(home)
    folder = home / "backups-measured"
    folder.mkdir()
    engine = make_engine(url)
    try:
        yield from _pairs(_Ways(engine, home, folder), "the demonstration", turns=5)
        with _copy(engine) as grown:
            with grown.begin() as db:
                db.execute(text("ALTER TABLE grid.visit DISABLE TRIGGER USER"))
                db.execute(text(_MORE))
                db.execute(text("ALTER TABLE grid.visit ENABLE TRIGGER USER"))
            yield from _pairs(_Ways(grown, home, folder), f"{MANY:,} visits", turns=2)
    finally:
        engine.dispose()
        shutil.rmtree(folder)
        embedded.stop_cluster(home)


def killed(server: Server) -> Iterator[Row]:
    """Kill the private database under a served map."""
    spans = []
    for _ in range(3):
        pid = embedded.cluster_status(server.home).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        begun = time.perf_counter()
        while not _is_back(server, pid):
            assert time.perf_counter() - begun < PATIENCE
            time.sleep(0.02)
        spans.append(time.perf_counter() - begun)
    yield Row("database killed, until it was begun again and pages answer", statistics.median(spans), "s", aim=10)


def _is_back(server: Server, killed: int) -> bool:
    """Another server process is there, and whoever asks is let in."""
    if embedded.cluster_status(server.home).pid in (None, killed):
        return False
    try:
        with urlopen(f"{server.address}/healthz/ready", timeout=5):
            return True
    except (HTTPError, URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def _copy(engine: Engine) -> Iterator[Engine]:
    """A copy of a database beside it, dropped afterwards."""
    engine.dispose()
    _say(engine, f"CREATE DATABASE grown TEMPLATE {engine.url.database}")
    grown = make_engine(engine.url.set(database="grown"))
    yield grown
    grown.dispose()
    _say(engine, "DROP DATABASE grown")


def _say(engine: Engine, statement: str, database: str = "template1") -> None:
    """As the server's own account: databases and extensions are not the owner's to make."""
    socket, port = engine.url.query["host"], engine.url.query["port"]
    psql = [_program("psql"), "-q", "-h", str(socket), "-p", str(port), "-U", "postgres", "-d", database]
    subprocess.run([*psql, "-c", statement], check=True, stdout=subprocess.DEVNULL)


def _program(name: str) -> str:
    return str(find_binaries().folder / name)


@dataclass(frozen=True)
class _Ways:
    """The program's own way of keeping a database and bringing it back, and that of PostgreSQL's programs alone."""

    engine: Engine
    home: Path
    folder: Path

    def back_up(self) -> None:
        shutil.rmtree(self.folder / "kept", ignore_errors=True)
        make_backup(self.engine, open_store(Settings(home=self.home)), self.home, self.folder / "kept")

    def restore(self, fresh: Engine) -> None:
        restore_backup(fresh, open_store(Settings(home=self.folder)), self.folder, self.folder / "kept")

    def _at(self) -> list[str]:
        query = self.engine.url.query
        return ["-h", str(query["host"]), "-p", str(query["port"]), "-U", "grid"]

    def dump(self) -> None:
        what = ["-Fc", "-n", "grid", "-n", "grid_queue", "-n", "public_board", "-f", str(self.folder / "dump")]
        subprocess.run([_program("pg_dump"), *self._at(), *what, str(self.engine.url.database)], check=True)

    def pg_restore(self, fresh: Engine) -> None:
        into = ["-O", "-x", "-1", "-d", str(fresh.url.database), str(self.folder / "dump")]
        subprocess.run([_program("pg_restore"), *self._at(), *into], check=True)

    def seconds_into_new(self, act: Callable[[Engine], object]) -> float:
        _say(self.engine, "CREATE DATABASE fresh OWNER grid")
        fresh = make_engine(self.engine.url.set(database="fresh"))
        for extension in ("postgis", "btree_gist"):
            _say(fresh, f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public", "fresh")
        seconds = _timed(lambda: act(fresh))
        fresh.dispose()
        _say(self.engine, "DROP DATABASE fresh")
        return seconds


def _pairs(ways: _Ways, what: str, turns: int) -> Iterator[Row]:
    """Ours and theirs in turn, so that whatever else the disk does meets both alike; the medians' ratio."""
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(turns):
        taken["pg_dump"].append(_timed(ways.dump))
        taken["backup"].append(_timed(ways.back_up))
        taken["pg_restore"].append(ways.seconds_into_new(ways.pg_restore))
        taken["restore"].append(ways.seconds_into_new(ways.restore))
    for act, beside in (("backup", "pg_dump"), ("restore", "pg_restore")):
        seconds, alone = statistics.median(taken[act]), statistics.median(taken[beside])
        yield Row(f"{act} of {what}", seconds, "s")
        yield Row(f"{act} of {what}, against {beside} alone", seconds / alone, "×", aim=2)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
