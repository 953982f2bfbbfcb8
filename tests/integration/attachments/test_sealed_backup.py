"""A sealed backup: read by nobody without the secret key, looked at all the same, and brought back by who has it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Engine

from geodata.attachments.attachment_store import open_store
from geodata.backup.backup_contents import CONTENTS, DUMP, file_sha256, read_contents, write_contents
from geodata.backup.backup_folder import make_backup, restore_backup, verify_backup
from geodata.backup.home_files import KEY, MAPPINGS
from geodata.backup.sealing import SEALED, make_identity
from geodata.errors import UserError
from geodata.models import Base
from geodata.settings import Settings
from tests.attached_files import PDF
from tests.integration.attachments.test_backup import digest

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    return tmp_path / "secret.key"


@pytest.fixture
def folder(furnished, store, home, identity, tmp_path) -> Path:
    make_backup(furnished, store, home, tmp_path / "sealed", make_identity(identity))
    return tmp_path / "sealed"


def inside(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file() and each.name != CONTENTS]


def test_nothing_in_it_can_be_read_without_the_key(folder, identity):
    assert len(inside(folder)) == 6  # the dump, the key, a saved format, two files and a thumbnail
    for each in inside(folder):
        body = each.read_bytes()
        assert each.name.endswith(SEALED)
        assert body.startswith(b"age-encryption.org/v1")
        assert not any(word in body for word in (b"PGDMP", b"a key", PDF[:20], "示例".encode()))
    assert stat.S_IMODE(identity.stat().st_mode) == 0o600


def test_it_is_looked_at_byte_by_byte_without_the_key(folder):
    assert len(verify_backup(folder).attachments) == 2
    for each in inside(folder):
        whole = each.read_bytes()
        each.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(UserError) as refused:
            verify_backup(folder)
        assert each.name in str(refused.value.values["file"])
        each.unlink()
        with pytest.raises(UserError):
            verify_backup(folder)
        each.write_bytes(whole)


def test_with_the_key_all_comes_back_and_nothing_unsealed_is_left(folder, identity, furnished, bare, home, tmp_path):
    new_home = tmp_path / "new"
    new_home.mkdir()
    new_store = open_store(Settings(home=new_home))
    restored = restore_backup(bare, new_store, new_home, folder, identity)
    assert (restored.attachments, restored.files, restored.missing) == (3, 2, ())
    tables = Base.metadata.tables.keys()
    other = {"grid.schema_state", "grid.revision"}
    assert {each for each in tables if digest(bare, each) != digest(furnished, each)} == other
    assert (new_home / KEY).read_text() == "a key"
    assert sorted(each.name for each in new_home.iterdir()) == ["attachments", KEY, MAPPINGS]
    saved = Path(MAPPINGS, "鱼塘.toml")
    assert (new_home / saved).read_bytes() == (home / saved).read_bytes()


@pytest.mark.parametrize("what", ["none", "another", "no key", "not there", "a file that is none"])
def test_without_the_right_key_nothing_is_restored(folder, identity, bare, tmp_path, what):
    other = tmp_path / "other.key"
    if what == "another":
        make_identity(other)
    elif what != "not there":
        other.write_bytes(b"# nothing\n" if what == "no key" else b"\xff\x00AGE")
    new_home, named = tmp_path / "new", None if what == "none" else other
    new_home.mkdir()
    with pytest.raises(UserError) as refused:
        restore_backup(bare, open_store(Settings(home=new_home)), new_home, folder, named)
    expected = {"none": "sealed", "another": "other_identity"}.get(what, "identity")
    assert refused.value.text == f"backup.error.{expected}"
    assert list(new_home.iterdir()) == []
    with bare.connect() as db:
        assert db.exec_driver_sql("SELECT to_regclass('grid.person')").scalar_one() is None


def test_a_damage_that_the_list_agrees_with_is_found_by_the_seal(folder, identity, bare, tmp_path):
    dump = folder / f"{DUMP}{SEALED}"
    dump.write_bytes(dump.read_bytes()[:-40])
    contents = read_contents(folder)
    write_contents(replace(contents, files=contents.files | {dump.name: file_sha256(dump)}), folder)
    (tmp_path / "new").mkdir()
    with pytest.raises(UserError) as refused:
        restore_backup(bare, open_store(Settings(home=tmp_path / "new")), tmp_path / "new", folder, identity)
    assert refused.value.text == "backup.error.damaged"


def test_the_secret_key_is_one_that_other_programs_of_age_read(identity):
    public = make_identity(identity)
    found = pyrage.x25519.Identity.from_str(identity.read_text().splitlines()[-1])
    assert str(found.to_public()) == public
    with pytest.raises(UserError):
        make_identity(identity)


def test_a_key_that_is_none_makes_no_backup(furnished, store, home, tmp_path):
    with pytest.raises(UserError) as refused:
        make_backup(furnished, store, home, tmp_path / "sealed", "age1" + "q" * 58)
    assert refused.value.text == "backup.error.recipient"
    assert not (tmp_path / "sealed").exists()


LIMITED = """
import resource, sys
from geodata.cli.exit_codes import run_command_line
from geodata.__main__ import app
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv = ["geodata", *sys.argv[1:]]
run_command_line(app)
"""


def with_little_room(engine: Engine, home: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command whose files may grow to 20 kB, as on a disk that is about to be full."""
    known = {"GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False), "GRID_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", LIMITED, *words],
        cwd=PROJECT, env=os.environ | known | changes, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("sealed", [True, False])
def test_a_full_disk_is_a_sentence_and_no_half_of_a_backup(furnished, home, identity, tmp_path, sealed):
    key = make_identity(identity) if sealed else ""
    done = with_little_room(furnished, home, "backup", str(tmp_path / "kept"), GRID_BACKUP_RECIPIENT=key)
    assert (done.returncode, "磁盘已满" in done.stderr, done.stderr.count("\n")) == (75, True, 1), done.stderr
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("kept")) == []


def test_a_full_disk_while_it_is_unsealed_is_no_damage(folder, identity, bare, tmp_path):
    new_home = tmp_path / "new"
    new_home.mkdir()
    done = with_little_room(bare, new_home, "restore", str(folder), "--identity", str(identity))
    assert (done.returncode, "磁盘已满" in done.stderr, done.stderr.count("\n")) == (75, True, 1), done.stderr
    assert not [each for each in new_home.iterdir() if each.name.startswith("unsealed")]
