"""``python -m dashboard account …`` and what the first start does: random passwords, told once, kept for the owner."""

from __future__ import annotations

import stat
import subprocess

import pytest
from sqlalchemy import Engine, text

from dashboard.auth import password
from dashboard.auth.first_accounts import FILE, LOGINS, first_accounts
from geodata.database.scope import read_transaction, write_transaction
from geodata.locale import Lang
from tests.builders import small_world
from tests.commands import run_command


def account(engine: Engine, *said: str) -> subprocess.CompletedProcess[str]:
    url = engine.url.render_as_string(hide_password=False)
    return run_command("dashboard", "account", *said, GRID_DATABASE_URL=url)


@pytest.fixture
def office(empty_db: Engine) -> Engine:
    with write_transaction(empty_db) as db:
        small_world(db)
    return empty_db


def kept_hash(engine: Engine, login: str) -> str:
    with read_transaction(engine) as db:
        sql = text("SELECT password_hash FROM grid.account WHERE login = :login")
        return str(db.execute(sql, {"login": login}).scalar_one())


def test_an_account_is_added_reset_locked_and_listed(office):
    made = account(office, "add", "su1", "--person", "Su1")
    assert made.returncode == 0, made.stderr
    first = made.stdout.split("：")[1].split("（")[0]
    assert password.password_matches(kept_hash(office, "su1"), first)
    again = account(office, "reset", "su1").stdout.split("：")[1].split("（")[0]
    assert again != first
    assert password.password_matches(kept_hash(office, "su1"), again)
    listed = account(office, "list").stdout
    assert "su1" in listed
    assert "T1" in listed
    assert again not in listed
    assert "已停用" in account(office, "disable", "su1").stdout
    assert "停用" in account(office, "list").stdout
    assert "已重新启用" in account(office, "disable", "su1", "--undo").stdout


@pytest.mark.parametrize(("said", "code", "sentence"), [
    (("add", "x", "--person", "nobody"), 2, "没有编号为 nobody"), (("reset", "nobody"), 3, "没有账号 nobody"),
    (("disable", "nobody"), 3, "没有账号 nobody"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(office, said, code, sentence):
    told = account(office, *said)
    assert told.returncode == code
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_demonstration_gets_one_account_per_post_once(office, tmp_path):
    with write_transaction(office) as db:
        db.execute(text("UPDATE grid.load_batch SET synthetic = true"))
    made = first_accounts(office, tmp_path, Lang.ZH)
    assert {each.role for each in made} <= set(LOGINS)
    assert len({each.password for each in made}) == len(made) == 5
    assert all(password.password_matches(kept_hash(office, each.login), each.password) for each in made)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [line.split()[:2] for line in file.read_text("utf-8").splitlines()] == [[e.login, e.password] for e in made]
    assert first_accounts(office, tmp_path, Lang.ZH) == []


def test_without_a_place_for_the_list_no_account_is_made(office, tmp_path):
    """Nobody could ever sign in with a password that was told to nobody."""
    with write_transaction(office) as db:
        db.execute(text("UPDATE grid.load_batch SET synthetic = true"))
    (tmp_path / FILE).mkdir()
    with pytest.raises(OSError, match=FILE):
        first_accounts(office, tmp_path, Lang.ZH)
    (tmp_path / FILE).rmdir()
    assert len(first_accounts(office, tmp_path, Lang.ZH)) == 5


def test_a_real_district_gets_no_account_by_itself(office, tmp_path):
    assert first_accounts(office, tmp_path, Lang.ZH) == []
    assert not (tmp_path / FILE).exists()


def test_without_a_password_nothing_matches():
    assert not any(password.password_matches(None, said) for said in ("", "admin", "None"))
    assert len({password.new_password() for _ in range(50)}) == 50
