"""Whatever the umask: what is written in home, and what is made of facts elsewhere, is for one account alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from dashboard.auth.first_accounts import FILE
from geodata.private_files import PASSABLE, make_home, shut_home
from tests.conftest import PROJECT
from tests.integration.pages.edge_addresses import fill_world
from tests.integration.server.private_journey import BAD


def run(home: Path, owner: Engine, *words: object) -> int:
    """A command with the widest umask there is, to its end."""
    known = {"GRID_HOME": str(home), "GRID_DATABASE_URL": owner.url.render_as_string(hide_password=False)}
    command = [sys.executable, "-m", *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | known, umask=0, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def walked(folder: Path) -> Iterator[Path]:
    yield folder
    yield from sorted(folder.rglob("*"))


def open_to_others(folder: Path) -> dict[str, str]:
    """What others may do with what is there: path → mode."""
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in walked(folder)}
    return {str(path.relative_to(folder)): oct(mode) for path, mode in modes.items() if mode & 0o077}


@pytest.fixture
def office(empty_db: Engine) -> Engine:
    fill_world(empty_db)
    with empty_db.begin() as db:
        db.execute(text("DELETE FROM grid.attachment"))
        db.execute(text("UPDATE grid.load_batch SET synthetic = true"))
    return empty_db


def test_nothing_in_home_is_open_to_others_after_a_journey(office, tmp_path):
    home, away, bad = tmp_path / "home", tmp_path / "away", tmp_path / "名单.csv"
    home.mkdir(mode=0o700)
    bad.write_bytes(BAD)
    assert run(home, office, "tests.integration.server.private_journey") == 0
    assert run(home, office, "etl", "load", bad) == 5
    assert run(home, office, "geodata", "backup", home / "backups" / "one") == 0
    assert run(home, office, "etl", "export", "subjects", away / "subjects.csv") == 0
    assert run(home, office, "dashboard", "account", "first") in {0, 2}
    found = {path.relative_to(home).parts[0] for path in walked(home) if path != home and path.is_file()}
    assert found >= {"rejects", "uploads", "attachments", "exports", "backups", "session.key"}, found
    assert open_to_others(home) == {}
    assert open_to_others(away) == {}
    assert [path.name for path in (home / "uploads").rglob(".*")], "what is said of a file, and its preview"


def test_a_home_an_earlier_version_left_open_is_shut(tmp_path):
    home = tmp_path / "home"
    for name in ("rejects/名单.xlsx", "uploads/x/名单.csv", FILE, "postgres/lock", "attachments/ab/abc"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x", encoding="utf-8")
    for path in walked(home):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (home / "link").symlink_to("/etc/hostname")
    shut_home(home)
    (home / "link").unlink()
    passable = {".", "postgres"} if os.geteuid() == 0 else set()
    assert open_to_others(home) == dict.fromkeys(passable, oct(PASSABLE))
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600


def test_a_new_home_is_for_one_account(tmp_path):
    before = os.umask(0)
    try:
        make_home(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    expected = PASSABLE if os.geteuid() == 0 else 0o700
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b")] == [expected] * 2
