"""``python -m dashboard rule …``: the page's checks and words on the server itself."""

from __future__ import annotations

import subprocess

import pytest
from sqlalchemy import Engine, text

from geodata.calendar import today
from geodata.database.batches import list_batches
from geodata.database.scope import read_transaction, write_transaction
from geodata.rules import rule_value
from tests.builders import small_world
from tests.commands import run_command


def rule(engine: Engine, *said: str, **more: str) -> subprocess.CompletedProcess[str]:
    url = engine.url.render_as_string(hide_password=False)
    return run_command("dashboard", "rule", *said, GRID_DATABASE_URL=url, **more)


@pytest.fixture
def office(empty_db: Engine) -> Engine:
    with write_transaction(empty_db) as db:
        small_world(db).visits("subject | on\nS1 | 2026-01-02\nS2 | 2026-01-02")
    return empty_db


def standing(engine: Engine):
    with read_transaction(engine) as db:
        return db.execute(text("SELECT key, scope, from_on, value, source FROM grid.rule ORDER BY 1, 2, 3")).all()


def test_a_rule_is_listed_set_corrected_and_taken_back(office):
    before = standing(office)
    listed = rule(office, "list")
    assert listed.returncode == 0, listed.stderr
    assert "sign_in_tries" in listed.stdout
    one = rule(office, "list", "interval_days").stdout
    assert "1 至 3650 的整数" in one
    assert "severe_days" not in one
    words = ("set", "interval_days", "--scope", "risk:high", "--from", "2025-01-01", "--source", "x")
    assert "自 2025-01-01 起为 60" in rule(office, *words, "60").stdout
    assert "起为 61" in rule(office, *words, "61").stdout
    with read_transaction(office) as db:
        assert rule_value(db, "interval_days", today(), "risk:high") == 61
        assert [each.kind for each in list_batches(db)[:2]] == ["rules", "rules"]
    back = rule(office, "back", "interval_days", "--scope", "risk:high", "--from", "2025-01-01")
    assert "已撤回" in back.stdout
    assert standing(office) == before


@pytest.mark.parametrize(("lang", "sentence"), [("zh", "1 个不再逾期"), ("en", "1 stop being so")])
def test_a_preview_tells_what_would_change_and_changes_nothing(office, lang, sentence):
    before = standing(office)
    words = ("set", "interval_days", "3000", "--scope", "risk:high", "--from", "2026-01-01", "--source", "x")
    seen = rule(office, *words, "--preview", GRID_LANG=lang)
    assert seen.returncode == 0, seen.stderr
    assert sentence in seen.stdout
    assert "V1" in seen.stdout
    assert standing(office) == before


@pytest.mark.parametrize(("said", "code", "sentence"), [
    (("set", "sign_in_tries", "2.5", "--source", "x"), 2, "3 至 10000 的整数"),
    (("set", "sign_in_tries", "1e300", "--source", "x"), 2, "整数"),
    (("set", "sign_in_tries", "0", "--source", "x"), 2, "整数"),
    (("set", "sign_in_tries", "5", "--scope", "both", "--source", "x"), 2, "适用范围"),
    (("set", "gravity", "9", "--source", "x"), 2, "没有“gravity”"),
    (("set", "severe_days", "9", "--source", " "), 2, "依据"),
    (("set", "severe_days", "9", "--source", "x", "--from", "soon"), 2, "看不懂"),
    (("set", "token_days", "9", "--source", "x", "--from", "2026-01-01"), 2, "过去"),
    (("set", "severe_days", "9", "--source", "\udcff"), 2, "不能保存的字符"),
    (("set", "interval_days", "9", "--source", "x", "--scope", "\udcff"), 2, "不能保存的字符"),
    (("back", "severe_days"), 3, "没有另行登记"), (("list", "gravity"), 2, "没有“gravity”"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(office, said, code, sentence):
    before = standing(office)
    told = rule(office, *said)
    assert (told.returncode, told.stderr.count("\n")) == (code, 1), told.stderr
    assert sentence in told.stderr
    assert standing(office) == before
