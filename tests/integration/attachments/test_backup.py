"""A backup holds the database and every file of an attachment, and brings both back into a new installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from geodata.attachments.attachment_list import Owner, list_attachments
from geodata.attachments.attachment_store import THUMB, AttachmentStore, open_store
from geodata.backup.backup_contents import CONTENTS, DUMP
from geodata.backup.backup_folder import make_backup, restore_backup, verify_backup
from geodata.backup.database_dump import database_to_fill, dump_database
from geodata.backup.half_backup import HALF, SIGN, half_backup
from geodata.backup.home_files import KEY, MAPPINGS
from geodata.database.engine import make_engine
from geodata.embedded.binaries import Binaries, find_binaries
from geodata.errors import NotFound, SetupError, UserError
from geodata.models import Base
from geodata.schema import is_current
from geodata.settings import Settings, settings
from tests.attached_files import PDF, photo
from tests.integration import office
from tests.visitors import application, signed_in

PROJECT = Path(__file__).parents[3]
MADE_ANEW = re.compile(r'"data_version":"\w+"|name="csrf_token"[^>]* value="[^"]+"')
"""What says that the data were read in anew, and what no two pages have in common."""

PAGES = (
    "/api/indicators?level=village&asof=2026-06-30", "/api/subjects?format=csv&asof=2026-06-30",
    "/geo/village.geojson?asof=2026-06-30", "/api/work?format=csv", "/me", "/data",
)  # fmt: skip
MADE_AGAIN = {"grid.schema_state", "grid.revision"}
"""When the schema was made, and that it was made anew."""


def digest(engine: Engine, table: str) -> str:
    return office.checksum(engine, without=frozenset(Base.metadata.tables.keys() - {table}))


def test_what_was_backed_up_comes_back(furnished, bare, store, home, tmp_path):
    made = make_backup(furnished, store, home, tmp_path / "backup")
    assert (made.attachments, made.files, made.missing) == (3, 2, ())
    new_home = tmp_path / "new"
    new_home.mkdir()
    new_store = open_store(Settings(home=new_home))
    restored = restore_backup(bare, new_store, new_home, tmp_path / "backup")
    assert restored == made
    tables = Base.metadata.tables.keys()
    assert {each for each in tables if digest(bare, each) != digest(furnished, each)} == MADE_AGAIN
    with bare.connect() as db:
        assert is_current(db)
        for each in list_attachments(db, Owner(visit_no="V1")):
            with new_store.open_file(each.file_sha256) as file:
                assert file.read() in (photo(), PDF)
    names = sorted(each.name for each in new_store.list_files())
    assert names == sorted(each.name for each in store.list_files())
    assert sum(name.endswith(THUMB) for name in names) == 1
    assert (new_home / KEY).read_text() == "a key"
    saved = "mappings/鱼塘.toml"
    assert saved in verify_backup(tmp_path / "backup").files
    assert (new_home / saved).read_bytes() == (home / saved).read_bytes()


def test_a_restored_database_lets_the_roles_see_what_they_did(furnished, bare, store, home, tmp_path):
    make_backup(furnished, store, home, tmp_path / "backup")
    restore_backup(bare, open_store(Settings(home=tmp_path / "new")), home, tmp_path / "backup")
    for login, seen in (("r2", 3), ("nobody", 0)):
        with bare.begin() as db:
            db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
            db.execute(text("SET LOCAL ROLE grid_app"))
            assert db.execute(text("SELECT count(*) FROM grid.attachment")).scalar_one() == seen


def test_pages_and_exports_of_a_restored_installation_are_the_same(furnished, bare, store, home, tmp_path, monkeypatch):
    make_backup(furnished, store, home, tmp_path / "backup")
    new_home = tmp_path / "new"
    restore_backup(bare, open_store(Settings(home=new_home)), new_home, tmp_path / "backup")
    found = []
    for engine, lies_in in ((furnished, home), (bare, new_home)):
        monkeypatch.setenv("GRID_HOME", str(lies_in))
        settings.cache_clear()
        found.append({path: signed_in(application(engine), "r2").get(path) for path in PAGES})
    monkeypatch.undo()
    settings.cache_clear()
    before, after = found
    for path, was in before.items():
        assert (was.status_code, after[path].status_code) == (200, 200), path
        assert MADE_ANEW.sub("", was.text) == MADE_ANEW.sub("", after[path].text), path
    assert "鱼塘" in before["/data"].text


def test_a_session_that_was_ended_since_is_not_open_again(furnished, bare, store, home, tmp_path):
    """Under the same key of sessions (``GRID_SECRET_KEY``) its cookie would open the restored installation."""
    before = application(furnished, secret_key="one key " * 8)
    client = signed_in(before, "r2")
    make_backup(furnished, store, home, tmp_path / "backup")
    assert client.get("/me").status_code == 200
    restore_backup(bare, store, home, tmp_path / "backup")
    again = application(bare, secret_key="one key " * 8).server.test_client()
    with client.session_transaction() as kept, again.session_transaction() as session:
        session.update(kept)
    assert again.get("/me").status_code == 303
    assert office.count(bare, "session") == 0


def test_lost_and_damaged_files_are_told(furnished, store, home, tmp_path):
    one, other = (each for each in store.list_files() if not each.name.endswith(THUMB))
    Path(store.root, one.name[:2], one.name).unlink()
    Path(store.root, other.name[:2], other.name).write_bytes(b"damaged")
    made = make_backup(furnished, store, home, tmp_path / "backup")
    assert set(made.missing) == {one.name, other.name}


def test_nothing_is_written_over(furnished, store, home, tmp_path):
    make_backup(furnished, store, home, tmp_path / "backup")
    with pytest.raises(UserError):
        make_backup(furnished, store, home, tmp_path / "backup")
    before = office.checksum(furnished)
    with pytest.raises(UserError):
        restore_backup(furnished, store, home, tmp_path / "backup")
    assert office.checksum(furnished) == before
    with pytest.raises(NotFound):
        restore_backup(furnished, store, home, home)


STAGES = ("shutil.copyfile", "database_dump.sum_tables", "database_dump.migrate", "backup_folder.repeat_erasings")
KILLED = """
import os, sys
from geodata.__main__ import app
from geodata.backup import backup_folder, database_dump
import shutil
name, folder = sys.argv[1].split("."), sys.argv[2]
setattr(globals()[name[0]], name[1], lambda *_: os._exit(9))
app(["restore", folder])
"""


@pytest.mark.parametrize("stage", STAGES)
def test_a_restore_that_is_killed_is_said_again_and_meanwhile_nobody_works_with_it(
    furnished, bare, store, home, tmp_path, stage
):
    """Files come first, and until all is done the database says that it is not whole."""
    made = make_backup(furnished, store, home, tmp_path / "backup")
    url, new_home = bare.url.render_as_string(hide_password=False), tmp_path / "new"
    known = os.environ | {"GRID_DATABASE_URL": url, "GRID_HOME": str(new_home)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=PROJECT, env=known, capture_output=True, text=True, check=False
        )

    folder = str(tmp_path / "backup")
    assert run("-c", KILLED, stage, folder).returncode == 9
    if stage != STAGES[0]:
        assert len(list(open_store(Settings(home=new_home)).list_files())) == made.files + 1
        others = (("geodata", "migrate"), ("dashboard", "worker"), ("geodata", "backup", str(tmp_path / "other")))
        for words in others if stage == STAGES[-1] else others[:1]:
            refused = run("-m", *words)
            assert (refused.returncode, "恢复没有做完" in refused.stderr) == (4, True), refused.stderr
    again = run("-m", "geodata", "restore", folder)
    assert (again.returncode, again.stderr) == (0, "")
    assert {each for each in Base.metadata.tables if digest(bare, each) != digest(furnished, each)} == MADE_AGAIN
    assert run("-m", "geodata", "restore", folder).returncode == 2


def test_a_store_that_is_away_restores_no_database_without_its_files(
    furnished, bare, store, home, tmp_path, monkeypatch
):
    make_backup(furnished, store, home, tmp_path / "backup")

    def away(*_: object) -> None:
        raise SetupError("attachment.error.store", why="ConnectionError")

    with monkeypatch.context() as patched:
        patched.setattr(AttachmentStore, "keep_file", away)
        with pytest.raises(SetupError):
            restore_backup(bare, store, home, tmp_path / "backup")
    with bare.connect() as db:
        assert db.execute(text("SELECT to_regclass('grid.person')")).scalar_one() is None
    assert restore_backup(bare, store, home, tmp_path / "backup").missing == ()


def test_two_restores_at_once_do_not_meet(furnished, bare, store, home, tmp_path):
    make_backup(furnished, store, home, tmp_path / "backup")
    with database_to_fill(bare), pytest.raises(UserError, match="请等它结束"):
        restore_backup(bare, store, home, tmp_path / "backup")


def test_into_a_folder_that_is_there_it_is_written_on_its_own_disk(furnished, store, home, tmp_path, monkeypatch):
    """A disk that is mounted there: beside it is another one, and its name can be given to nothing else."""
    disk = tmp_path / "usb"
    disk.mkdir()
    known, beside = disk.stat().st_ino, []

    def dump(*given: Any) -> Any:
        beside.extend(each.name for each in tmp_path.iterdir())
        return dump_database(*given)

    monkeypatch.setattr("geodata.backup.backup_folder.dump_database", dump)
    make_backup(furnished, store, home, disk)
    assert f"usb{HALF}" not in beside
    assert disk.stat().st_ino == known
    assert sorted(each.name for each in disk.iterdir()) == ["attachments", CONTENTS, DUMP, KEY, MAPPINGS]
    verify_backup(disk)


@pytest.mark.parametrize("is_there", [True, False])
def test_half_a_backup_that_was_killed_is_thrown_away_and_one_being_made_is_not(
    furnished, store, home, tmp_path, is_there
):
    folder = tmp_path / "kept"
    half = folder if is_there else tmp_path / f"kept{HALF}"
    half.mkdir()
    with half_backup(folder) as begun:
        assert begun == half
        (begun / DUMP).touch()
        with pytest.raises(UserError, match="请等它写完"):
            make_backup(furnished, store, home, folder)
    assert (folder / DUMP).exists()
    shutil.rmtree(folder)
    half.mkdir()
    for name in (SIGN, DUMP):
        (half / name).write_text("half")
    make_backup(furnished, store, home, folder)
    verify_backup(folder)
    assert not (tmp_path / f"kept{HALF}").exists()
    assert not (folder / SIGN).exists()


@pytest.mark.parametrize("name", ["kept", f"kept{HALF}"])
@pytest.mark.parametrize("kind", ["a file", "a folder", "a folder with a sign like ours"])
def test_what_is_somebody_elses_is_neither_taken_away_nor_written_into(furnished, store, home, tmp_path, name, kind):
    place = tmp_path / name
    mine = place if kind == "a file" else place / "mine.txt"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    if kind.endswith("ours"):
        (place / SIGN).touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError):
        make_backup(furnished, store, home, tmp_path / "kept")
    assert mine.read_text() == "mine"
    assert sorted(tmp_path.rglob("*")) == before


RECORDING = """#!/bin/sh
{{ printf '%s\\n' "$@"; env; }} >> {noted}
exec {real} "$@"
"""


def test_postgresqls_programs_connect_as_the_program_itself_does(furnished, bare, store, home, tmp_path, monkeypatch):
    """How the server is verified stands in the address; a password, or where it is kept, in the environment alone."""
    real, noted = find_binaries().folder, tmp_path / "noted"
    (tmp_path / "bin").mkdir()
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / "bin" / name).write_text(RECORDING.format(noted=noted, real=real / name))
        (tmp_path / "bin" / name).chmod(0o755)
    found = Binaries(tmp_path / "bin", find_binaries().major)
    monkeypatch.setattr("geodata.backup.database_dump.find_binaries", lambda: found)
    monkeypatch.setenv("PGPASSFILE", "/etc/grid/pgpass")
    monkeypatch.setenv("PGPASSWORD", "of the environment")
    verified = {"sslmode": "verify-full", "sslrootcert": "/etc/grid/our ca.pem"}
    old = make_engine(furnished.url.update_query_dict(verified))
    new = make_engine(bare.url.update_query_dict(verified).set(password="of the address"))
    make_backup(old, store, home, tmp_path / "backup")
    dumped = noted.read_text()
    noted.unlink()
    restore_backup(new, store, home, tmp_path / "backup")
    for said, password in ((dumped, "of the environment"), (noted.read_text(), "of the address")):
        assert "sslmode=verify-full sslrootcert='/etc/grid/our ca.pem'" in said
        assert {f"PGPASSWORD={password}", f"HOME={Path.home()}", "PGPASSFILE=/etc/grid/pgpass"} <= set(
            said.splitlines()
        )
        assert said.count(password) == 1
    for engine in (old, new):
        engine.dispose()


def test_into_the_folder_one_stands_in(furnished, home, tmp_path):
    known = {
        "GRID_DATABASE_URL": furnished.url.render_as_string(hide_password=False), "GRID_HOME": str(home),
        "PYTHONPATH": str(PROJECT),
    }  # fmt: skip
    (tmp_path / "here").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "geodata", "backup", "."],
        cwd=tmp_path / "here", env=os.environ | known, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    verify_backup(tmp_path / "here")


def test_on_the_command_line(furnished, home, tmp_path):
    """A backup is for the account alone; a second one into the same folder ends with a sentence."""
    url = furnished.url.render_as_string(hide_password=False)
    known = os.environ | {"GRID_DATABASE_URL": url, "GRID_HOME": str(home)}
    command = [sys.executable, "-m", "geodata", "backup", str(tmp_path / "backup")]
    done = subprocess.run(command, cwd=PROJECT, env=known, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 个附件（2 个文件）" in done.stdout
    assert oct((tmp_path / "backup").stat().st_mode & 0o777) == "0o700"
    assert (tmp_path / "backup" / DUMP).stat().st_size > 10_000
    again = subprocess.run(command, cwd=PROJECT, env=known, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "不是空文件夹" in again.stderr
