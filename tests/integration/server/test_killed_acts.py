"""Whatever writes, killed by ``kill -9`` with all it has begun: all of it is there or nothing; the next one is whole.

Loads are killed in ``load/test_load_crashes.py`` too, jobs in ``test_killed.py``, the first start in
``test_first_start_killed.py``.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from sqlalchemy import Engine, text

import etl
from geodata.attachments.attachment_store import make_folder, open_store
from geodata.backup.backup_contents import read_contents
from geodata.backup.backup_folder import make_backup, verify_backup
from geodata.backup.half_backup import HALF
from geodata.backup.table_sums import Sums, sum_tables
from geodata.database.scope import read_transaction
from geodata.schema import is_current
from geodata.settings import Settings
from tests.integration import office

PROJECT, FIXTURES = Path(__file__).parents[3], Path(__file__).parents[2] / "fixtures"
PATIENCE = 120
OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
  AND backend_type = 'client backend'
"""
READS = f"{OPEN} AND xact_start < clock_timestamp() - interval '20 ms'"
WRITES = f"{READS} AND backend_xid IS NOT NULL"
"""The transaction that does the work: what is asked before it is short, and writes nothing."""
SEEDED, MANY, ENOUGH = 3, 100, 80
PEOPLE = 5000


@dataclass(frozen=True)
class World:
    """A database of one's own and a folder to write into."""

    engine: Engine
    folder: Path


@dataclass(frozen=True)
class Act:
    """What is done by a command: ``prepare`` gives its arguments, ``done`` says whether it has happened.

    ``done`` fails where it has happened by half; ``before`` is what the database held. ``work`` asks whether the
    transaction that does the work is open.
    """

    prepare: Callable[[World], list[str]]
    done: Callable[[World, Sums], bool]
    work: str = WRITES


def _new_people(world: World) -> list[str]:
    rows = [office.PEOPLE[0] | {"人员编号": f"N{n}", "姓名": f"新示例{n}"} for n in range(PEOPLE)]
    return ["etl", "load", str(office.write_csv(world.folder / "人员.csv", rows))]


def _new_people_there(world: World) -> bool:
    there = office.count(world.engine, "person", "person_no LIKE 'N%'")
    assert there in (0, PEOPLE)
    return there > 0


def held(world: World) -> Sums:
    """What every table there is holds, as a backup sums it up."""
    with read_transaction(world.engine) as db:
        return sum_tables(db, ("grid",))


def _require_same(world: World, before: Sums) -> None:
    assert held(world) == before


def _has_people(world: World, before: Sums) -> bool:
    done = _new_people_there(world)
    if not done:
        _require_same(world, before)
    return done


def _loaded_people(world: World) -> list[str]:
    (report,) = etl.load_files(world.engine, Path(_new_people(world)[-1]))
    return ["etl", "undo", str(report.batch_id)]


def _has_no_people(world: World, before: Sums) -> bool:
    done = not _new_people_there(world)
    if not done:
        _require_same(world, before)
    return done


def _two_subjects(world: World) -> list[str]:
    """Two without a code of credit; whoever answered for the second is taken out, or the two contradict each other."""
    asked = "SELECT subject_id FROM grid.subject WHERE uscc IS NULL ORDER BY 1 LIMIT 2"
    with world.engine.begin() as db:
        kept, gone = db.execute(text(asked)).scalars()
        for table in ("post", "chain_record"):
            db.execute(text(f"DELETE FROM grid.{table} WHERE subject_id = :gone"), {"gone": gone})
        db.execute(text(_MANY_VISITS), {"gone": gone})
    return ["etl", "merge", kept, gone]


_MANY_VISITS = """
INSERT INTO grid.visit SELECT (jsonb_populate_record(v, jsonb_build_object('visit_no', 'many-' || n, 'subject_id', gone,
    'visited_on', (v).visited_on - n))).*
FROM (SELECT t FROM grid.visit AS t WHERE kind = 'patrol' LIMIT 1) AS one (v), CAST(:gone AS text) AS gone,
     generate_series(1, 400) AS n
"""


def _are_merged(world: World, before: Sums) -> bool:
    done = office.count(world.engine, "subject_merge") > 0
    if not done:
        _require_same(world, before)
    return done


def _older_schema(world: World) -> list[str]:
    """Schema 0008, with as many rows as a district has."""
    with world.engine.begin() as db:
        db.execute(text("DROP SCHEMA grid, public_board, grid_queue CASCADE"))
        driver = db.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute((FIXTURES / "after_0008.sql").read_bytes())
    world.engine.dispose()
    with world.engine.begin() as db:
        for each in _OLD_ROWS:
            db.execute(text(each))
    return ["geodata", "migrate"]


_OLD_ROWS = (
    "INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('visits', 'old', '')",
    "INSERT INTO grid.unit VALUES ('D', 'district'), ('T', 'town'), ('V', 'village')",
    "INSERT INTO grid.subject (subject_id, name, village_code, kinds, sectors, entry_on, batch_id)"
    " SELECT 'S', 's', 'V', '{grower}', '{fruit}', '2025-01-01', max(id) FROM grid.load_batch",
    "INSERT INTO grid.person (person_no, name, batch_id) SELECT 'P', 'p', max(id) FROM grid.load_batch",
    "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no, visitor_role,"
    " batch_id) SELECT kind || n, 'S', kind, 'completed', date '2026-01-01' + n % 28, '2026-02-01', 'P', 'supervisor',"
    " b.id FROM (SELECT max(id) AS id FROM grid.load_batch) AS b, generate_series(1, 3000) AS n,"
    " unnest(ARRAY['patrol', 'supervision_check', 'recheck']) AS kind",
)


def _is_upgraded(world: World, _before: Sums) -> bool:
    with world.engine.connect() as db:
        version = db.execute(text("SELECT version_num FROM grid.alembic_version")).scalar_one()
        assert office.count(world.engine, "visit") == 9000
        if version == "0008":
            return False
        assert is_current(db)
    return True


def _visits_file(world: World) -> list[str]:
    return ["etl", "export", "visits", str(world.folder / "out.csv")]


def _is_exported(world: World, before: Sums) -> bool:
    _require_same(world, before)
    file = world.folder / "out.csv"
    if not file.exists():
        return False
    rows = office.count(world.engine, "visit")
    assert len(pd.read_csv(file, dtype=str)) == rows
    return True


def _backup(world: World) -> list[str]:
    return ["geodata", "backup", str(world.folder / "kept")]


def _is_backed_up(world: World, before: Sums) -> bool:
    _require_same(world, before)
    folder = world.folder / "kept"
    if not folder.exists():
        return False
    verify_backup(folder)
    return True


PHOTO = b"a photograph"


def _restore(world: World) -> list[str]:
    """A backup with a file of an attachment, of a database that is empty by now; the file is in no store any more."""
    name = hashlib.sha256(PHOTO).hexdigest()
    lost = open_store(Settings(home=world.folder / "lost"))
    for store in (lost, open_store(Settings())):
        store.remove_file(name)
    make_folder(lost.incoming)
    (lost.incoming / name).write_bytes(PHOTO)
    lost.keep_file(lost.incoming / name, name)
    make_backup(world.engine, lost, world.folder / "lost", world.folder / "kept")
    with world.engine.begin() as db:
        db.execute(text("DROP SCHEMA grid, public_board, grid_queue CASCADE"))
    world.engine.dispose()
    return ["geodata", "restore", str(world.folder / "kept")]


def _is_restored(world: World, _before: Sums) -> bool:
    with world.engine.connect() as db:
        asked = "SELECT to_regclass('grid.person') IS NOT NULL AND to_regnamespace('grid_restoring') IS NULL"
        if not db.execute(text(asked)).scalar_one():
            return False
    made_again = {"grid.schema_state", "grid.revision"}
    contents, found = read_contents(world.folder / "kept"), held(world)
    expected = {name: told for name, told in contents.tables.items() if name in found.keys() - made_again}
    assert {name: found[name] for name in found.keys() - made_again} == expected
    with read_transaction(world.engine) as db:
        assert is_current(db)
    with open_store(Settings()).open_file(*contents.attachments) as file:
        assert file.read() == PHOTO
    return True


ACTS = {
    "load": Act(_new_people, _has_people),
    "undo": Act(_loaded_people, _has_no_people),
    "merge": Act(_two_subjects, _are_merged),
    "upgrade": Act(_older_schema, _is_upgraded),
    "export": Act(_visits_file, _is_exported, READS),
    "backup": Act(_backup, _is_backed_up, READS),
    "restore": Act(_restore, _is_restored),
}


@pytest.fixture
def worlds(new_database, demo_template: str, tmp_path: Path) -> Callable[[], Iterator[World]]:
    """A maker of worlds, each with a copy of the demonstration."""
    numbers = iter(range(10_000))

    def make() -> Iterator[World]:
        for engine in new_database(demo_template):
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            yield World(engine, folder)

    return make


def begin(world: World, arguments: list[str]) -> subprocess.Popen[bytes]:
    """The command as a group of its own, as a terminal or a service begins it."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT,
        env=os.environ
        | {
            "GRID_DATABASE_URL": world.engine.url.render_as_string(hide_password=False),
            "GRID_BACKUPS": str(
                world.folder / "backups"
            ),  # the home is the run's: passwords of its server's roles lie there
        },
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def is_open(world: World, asked: str = OPEN) -> bool:
    """Whether somebody else has a transaction open in the database."""
    with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        return bool(db.execute(text(asked)).scalar_one())


def wait_while(world: World, process: subprocess.Popen[bytes], asked: str, *, is_there: bool) -> None:
    """Until a transaction is there, or is there no more, or the act has ended."""
    until = time.monotonic() + PATIENCE
    with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        while bool(db.execute(text(asked)).scalar_one()) is is_there:
            assert time.monotonic() < until
            if process.poll() is not None:
                return
            time.sleep(0.002)


def seconds_of(world: World, act: Act) -> float:
    """How long the transaction that does the work is open, when nobody disturbs it."""
    arguments = act.prepare(world)
    before = held(world)
    assert not act.done(world, before)
    process = begin(world, arguments)
    wait_while(world, process, act.work, is_there=False)
    begun = time.monotonic()
    wait_while(world, process, act.work, is_there=True)
    lasted = time.monotonic() - begun
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told.decode()
    assert act.done(world, before)
    return lasted


def kill_at(world: World, act: Act, seconds: float) -> bool:
    """Kill it so long after its work began, judge what is there, do it again; whether its transaction was open."""
    arguments = act.prepare(world)
    before = held(world)
    process = begin(world, arguments)
    wait_while(world, process, act.work, is_there=False)
    time.sleep(seconds)
    was_open = is_open(world, act.work) and process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    world.engine.dispose()
    until = time.monotonic() + PATIENCE
    while is_open(world):  # what the server was told to do last is being ended
        assert time.monotonic() < until
        time.sleep(0.02)
    if not act.done(world, before):
        again = begin(world, arguments)
        _, told = again.communicate(timeout=PATIENCE)
        assert again.returncode == 0, told.decode()
        assert act.done(world, before)
    assert [each.name for each in world.folder.iterdir() if each.name.endswith((HALF, ".draft"))] == []
    return was_open


def kill_often(worlds: Callable[[], Iterator[World]], act: Act, moments: list[float]) -> int:
    """How many of the moments, as parts of the whole, found a transaction open."""
    for world in worlds():
        whole = seconds_of(world, act)
    found = 0
    for moment in moments:
        for world in worlds():
            found += kill_at(world, act, moment * whole)
    return found


@pytest.mark.parametrize("name", ACTS)
def test_killed_at_three_moments(worlds, name):
    moments = [(place + random.Random(f"{name} {place}").random()) / SEEDED * 0.9 for place in range(SEEDED)]
    assert kill_often(worlds, ACTS[name], moments) >= 1


@pytest.mark.soak
@pytest.mark.parametrize("name", ACTS)
def test_killed_at_a_hundred_moments(worlds, name, record_property):
    found = kill_often(worlds, ACTS[name], [place / MANY for place in range(MANY)])
    record_property("open", found)
    assert found >= ENOUGH
