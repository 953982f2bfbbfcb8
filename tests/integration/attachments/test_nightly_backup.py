"""Backups that are made by themselves: when, how many are kept, told when they are late, one before every upgrade."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from dashboard.app import worker
from geodata.attachments.attachment_store import open_store
from geodata.backup.backup_contents import CONTENTS, DUMP, read_contents
from geodata.backup.backup_folder import make_backup, restore_backup, verify_backup
from geodata.backup.half_backup import HALF, SIGN, half_backup
from geodata.backup.nightly import (
    NOT_BEGUN,
    SINCE,
    back_up,
    begin_backups,
    is_backup_due,
    is_backup_late,
    list_backups,
)
from geodata.database.scope import Scope, write_transaction
from geodata.errors import NotFound, SetupError, UserError
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from geodata.settings import Settings, settings
from tests.ascii_table import rows
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

PROJECT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""20:00 in Asia/Shanghai."""


@pytest.fixture
def known(tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(home=tmp_path / "home", backups_kept=3)


@pytest.fixture
def world_db(empty_db: Engine) -> Engine:
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    return empty_db


def pretend(known: Settings, moment: datetime) -> Path:
    """A backup that holds nothing, of a moment."""
    folder = known.home / "backups" / f"{moment:%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True)
    (folder / CONTENTS).touch()
    return folder


@pytest.mark.parametrize("row", rows("""
    last             | now              | due
                     | 2026-03-10 01:00 | yes
    2026-03-09 18:01 | 2026-03-10 17:59 | no
    2026-03-09 18:01 | 2026-03-10 18:00 | yes
    2026-03-09 17:59 | 2026-03-09 18:00 | yes
    2026-03-01 00:00 | 2026-03-10 12:00 | yes
"""), ids=lambda row: f"{row['last']} {row['now']}")  # fmt: skip
def test_one_is_made_once_its_hour_has_come(known, row):
    """The hour, 2, is that of Asia/Shanghai: 18:00 UTC."""
    moments = [datetime.fromisoformat(row[name]).replace(tzinfo=UTC) if row[name] else None for name in ("last", "now")]
    if moments[0]:
        pretend(known, moments[0])
    assert is_backup_due(known, moments[1]) is (row["due"] == "yes")
    assert not is_backup_due(known.model_copy(update={"backups_kept": 0}), moments[1])


def test_the_last_few_are_kept_and_halves_are_not(world_db, known):
    store = open_store(known)
    before = [pretend(known, NOW - timedelta(days=days)) for days in (9, 2, 1)]
    half = known.home / "backups" / f"20260301-000000{HALF}"
    half.mkdir()
    by_hand = known.home / "backups" / "before-upgrade-of-0001-20200101-000000"
    make_backup(world_db, store, known.home, by_hand)
    made = back_up(world_db, store, known, NOW)
    assert made.missing == ()
    tonight = known.home / "backups" / "20260310-120000"
    assert list(list_backups(known.home / "backups").values()) == [*before[1:], tonight]
    assert by_hand.is_dir()
    assert not half.exists()
    contents = verify_backup(tonight)
    assert contents.tables["grid.subject"][0] == 5


def test_halves_that_nobody_is_writing_go_before_tonights_is_made_and_others_stay(world_db, known, monkeypatch):
    """One of them may be what fills the disk; others are being made by commands just now, or are somebody's."""
    backups = known.home / "backups"
    killed, somebodys = backups / f"by-hand{HALF}", backups / f"film{HALF}"
    for half, name in ((killed, SIGN), (somebodys, "film.mkv")):
        half.mkdir(parents=True)
        (half / name).touch()
    with half_backup(backups / "before-upgrade") as being_made:
        monkeypatch.setattr("geodata.backup.backup_folder.dump_database", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            back_up(world_db, open_store(known), known, NOW)
        assert [each.exists() for each in (killed, somebodys, being_made)] == [False, True, True]


def test_a_backup_of_a_day_to_come_counts_for_nothing(world_db, known):
    """The clock was ahead once: tonight's is made and kept, and told when it is late."""
    ahead = pretend(known, NOW + timedelta(days=400))
    old = pretend(known, NOW - timedelta(days=2))
    begin_backups(known)
    assert is_backup_due(known, NOW)
    assert is_backup_late(known, NOW)
    one = known.model_copy(update={"backups_kept": 1})
    back_up(world_db, open_store(known), one, NOW)
    assert not is_backup_late(one, NOW)
    assert [each.name for each in list_backups(known.home / "backups").values()] == ["20260310-120000", ahead.name]
    assert not old.exists()
    since = known.home / "backups" / SINCE
    os.utime(since, (time.time() + 9e6, time.time() + 9e6))
    begin_backups(known)
    assert since.stat().st_mtime <= time.time()


def test_a_backup_that_is_late_is_told_to_whoever_sees_after_the_server(world_db, known):
    app = application(world_db, home=known.home, backups_kept=3)
    begin_backups(known)

    def told() -> list[bool]:
        return ["已超过一天半没有备份" in signed_in(app, who).get("/me").text for who in ("ad", "hu1")]

    assert told() == [False, False]
    long_ago = time.time() - 37 * 3600
    os.utime(known.home / "backups" / SINCE, (long_ago, long_ago))
    assert told() == [True, False]
    pretend(known, datetime.now(UTC) - timedelta(hours=35))
    assert told() == [False, False]
    assert "No backup for more" not in signed_in(app, "ad").get("/me?lang=en").text
    assert is_backup_late(known, datetime.now(UTC) + timedelta(hours=2))
    assert not is_backup_late(known.model_copy(update={"backups_kept": 0}), datetime.now(UTC) + timedelta(hours=2))


def test_where_none_are_made_whoever_sees_after_the_server_is_told_so(world_db, known):
    app = application(world_db, home=known.home, backups_kept=0)
    assert "这里不做自动备份（GRID_BACKUPS_KEPT=0）" in signed_in(app, "ad").get("/me").text
    assert "No backups are made here" in signed_in(app, "ad").get("/me?lang=en").text
    assert "GRID_BACKUPS_KEPT" not in signed_in(app, "hu1").get("/me").text


@pytest.mark.parametrize("damage", ["changed", "lost", "list"])
def test_a_damaged_backup_is_named_and_nothing_of_it_restored(world_db, known, tmp_path, damage, new_database):
    make_backup(world_db, open_store(known), known.home, tmp_path / "backup")
    dump = tmp_path / "backup" / DUMP
    if damage == "changed":
        whole = bytearray(dump.read_bytes())
        whole[len(whole) // 2] ^= 1
        dump.write_bytes(whole)
    elif damage == "lost":
        dump.unlink()
    else:
        (tmp_path / "backup" / CONTENTS).write_text('{"made_at": "yesterday"}')
    with pytest.raises(UserError, match=CONTENTS if damage == "list" else DUMP):
        verify_backup(tmp_path / "backup")
    with pytest.raises(UserError):
        restore_backup(world_db, open_store(known), known.home, tmp_path / "backup")


def test_half_a_backup_is_none(world_db, known, tmp_path, monkeypatch):
    (tmp_path / "half").mkdir()
    with pytest.raises(NotFound):
        verify_backup(tmp_path / "half")
    monkeypatch.setattr("geodata.backup.backup_folder.dump_database", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_backup(world_db, open_store(known), known.home, tmp_path / "backup")
    assert list(tmp_path.glob("backup*")) == []


def test_rows_that_came_back_otherwise_are_told(world_db, known, tmp_path, new_database):
    """A list that says something else of a table than what is in the dump, its hash left as it was."""
    folder = tmp_path / "backup"
    make_backup(world_db, open_store(known), known.home, folder)
    said = (folder / CONTENTS).read_text(encoding="utf-8")
    rows_of, total = read_contents(folder).tables["grid.subject"]
    (folder / CONTENTS).write_text(said.replace(str(total), f"{int(total) + 1}"), encoding="utf-8")
    assert rows_of == 5
    database = new_database()
    bare = next(database)
    with bare.begin() as db:
        db.execute(text("DROP SCHEMA grid, grid_queue, public_board CASCADE"))
    with pytest.raises(SetupError, match=r"grid\.subject"):
        restore_backup(bare, open_store(known), known.home, folder)
    with bare.connect() as db:  # as it was: empty, and another backup may come
        asked = "SELECT nspname FROM pg_namespace WHERE nspname ~ '^grid|^public_board'"
        assert db.execute(text(asked)).scalars().all() == []
    (folder / CONTENTS).write_text(said, encoding="utf-8")
    assert restore_backup(bare, open_store(known), known.home, folder).missing == ()
    next(database, None)


def test_an_upgrade_makes_one_first_and_can_be_taken_back(new_database, tmp_path):
    database = new_database()
    engine = next(database)
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA grid, grid_queue, public_board CASCADE"))
    url = make_url(engine.url)
    with psycopg.connect(
        host=url.query["host"], port=url.query["port"], user="grid", dbname=url.database, autocommit=True
    ) as db:
        db.execute((PROJECT / "tests/fixtures/after_0008.sql").read_bytes())
    environment = os.environ | {
        "GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False), "GRID_HOME": str(tmp_path / "home"),
    }  # fmt: skip
    for expected in (1, 1):  # a second start finds nothing to upgrade
        done = subprocess.run(
            [sys.executable, "-m", "geodata", "migrate"], cwd=PROJECT, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (folder,) = (tmp_path / "home" / "backups").glob("before-upgrade-of-0008-*")
        assert len(list(folder.parent.glob("before*"))) == expected
    assert verify_backup(folder).schema == "0008"
    next(database, None)


@contextmanager
def working(*, told: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that looks at the backups five times a second."""
    begun = "from dashboard.app import worker; worker.BACKUP_SECONDS = 0.2; worker.run_worker()"
    with told.open("wb") as log, subprocess.Popen([sys.executable, "-c", begun], cwd=PROJECT, stderr=log) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)
            settings.cache_clear()


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_jobs_are_done_where_backups_cannot_be_begun_and_it_is_told_until_they_can(world_db, tmp_path, monkeypatch):
    """The folder lies on a disk that is away at the start, and comes."""
    disk, told = tmp_path / "disk", tmp_path / "told"
    disk.touch()
    known = Settings(home=tmp_path, backups=disk / "backups")
    monkeypatch.setenv("GRID_HOME", str(tmp_path))
    monkeypatch.setenv("GRID_BACKUPS", str(known.backups))
    monkeypatch.setenv("GRID_DATABASE_URL", world_db.url.render_as_string(hide_password=False))
    settings.cache_clear()
    app = application(world_db, home=tmp_path, backups=known.backups)
    with working(told=told) as process:
        wait_for((tmp_path / NOT_BEGUN).exists)
        assert "已超过一天半没有备份" in signed_in(app, "ad").get("/me").text
        with write_transaction(world_db, Scope("qin")) as db:
            number = start_job(db, "check_grid", "check_grid", Lang.ZH)

        def is_done() -> bool:
            with world_db.connect() as db:
                asked = text("SELECT state FROM grid.job WHERE id = :number")
                return bool(db.execute(asked, {"number": number}).scalar_one() == "done")

        wait_for(is_done)
        assert process.poll() is None
        assert told.read_text().count("File exists") == 1
        disk.unlink()
        disk.mkdir()
        wait_for(lambda: list_backups(disk / "backups"))
    assert told.read_text().count("folder of backups") == 2
    assert "已超过一天半没有备份" not in signed_in(app, "ad").get("/me").text


def test_a_folder_that_cannot_be_asked_is_late(known, monkeypatch):
    begin_backups(known)
    assert not is_backup_late(known, datetime.now(UTC))

    def away(_: Path) -> dict[datetime, Path]:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    monkeypatch.setattr("geodata.backup.nightly.list_backups", away)
    assert is_backup_late(known, datetime.now(UTC))
    with pytest.raises(OSError, match="Stale"):
        begin_backups(known)


def test_the_worker_makes_one_by_itself(world_db, tmp_path, monkeypatch):
    monkeypatch.setenv("GRID_HOME", str(tmp_path))
    monkeypatch.setenv("GRID_DATABASE_URL", world_db.url.render_as_string(hide_password=False))
    settings.cache_clear()
    with working(told=tmp_path / "told"):
        wait_for(lambda: list_backups(tmp_path / "backups"))
    found = list_backups(tmp_path / "backups")
    assert worker.BACKUP_SECONDS == 60
    assert len(found) == 1
    assert verify_backup(*found.values()).tables["grid.subject"][0] == 5
