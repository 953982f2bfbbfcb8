# ruff: noqa: E501 - a row of a file is easier to read on one line
"""A file of rules: loaded with past days, looked at before, exported and loaded again the same, taken back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, event, text

import etl
from etl.export.export_facts import export_facts
from etl.load.undo_batches import undo_batches
from geodata.database.engine import engine_of_role
from geodata.database.scope import Scope, read_transaction, take_on_scope, write_transaction
from geodata.errors import Rejected
from geodata.locale import Lang
from geodata.rollup.indicator_counts import headline_counts
from geodata.rule_changes.rule_acts import plan_rule, write_change
from geodata.rules import rule_value
from tests.builders import small_world
from tests.integration import office
from tests.visitors import add_accounts

OWN = [
    {"规则": "interval_days", "适用": "risk:high", "生效日": "2024-01-01", "取值": "60", "依据": "区农〔2023〕9号"},
    {"规则": "巡查间隔天数", "适用": "risk:medium", "生效日": "2024/1/1", "取值": "180", "依据": "区农〔2023〕9号"},
    {"规则": "class_breaks", "适用": "overdue", "生效日": "2024-01-01", "取值": "10%、20%、40%", "依据": "区农〔2023〕9号"},
    {"规则": "severe_days", "适用": "", "生效日": "2000-01-01", "取值": "45", "依据": "区农〔2023〕9号"},
    {"规则": "work_due_unit", "适用": "", "生效日": "2099-01-01", "取值": "日历日", "依据": "x"},
]  # fmt: skip


def standing(engine: Engine):
    with read_transaction(engine) as db:
        return db.execute(text("SELECT key, scope, from_on, value, source FROM grid.rule ORDER BY 1, 2, 3")).all()


def overdue(engine: Engine, day: date) -> int:
    with read_transaction(engine) as db:
        return int(headline_counts(db, day).at["overdue", "numerator"])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_gives_rules_a_past_until_it_is_taken_back(empty_db, tmp_path, form):
    before = standing(empty_db)
    file = tmp_path / f"规则.{form}"
    if form == "csv":
        office.write_csv(file, OWN)
    else:
        office.write_xlsx(file, {"规则": OWN})
    (report,) = etl.load_files(empty_db, file)
    assert (report.kind, report.new, report.changed, report.rejects) == ("rules", 4, 1, [])
    with read_transaction(empty_db) as db:
        assert rule_value(db, "interval_days", date(2024, 1, 1), "risk:high") == 60
        assert rule_value(db, "class_breaks", date(2025, 1, 1), "overdue") == [0.1, 0.2, 0.4]
        assert rule_value(db, "severe_days", date(2010, 1, 1)) == 45
    undo_batches(empty_db, [report.batch_id])
    assert standing(empty_db) == before


@pytest.mark.parametrize("lang", Lang)
def test_an_export_loads_again_and_changes_nothing(empty_db, tmp_path, lang):
    etl.load_files(empty_db, office.write_csv(tmp_path / "规则.csv", OWN))
    before = standing(empty_db)
    with read_transaction(empty_db) as db:
        assert export_facts(db, "rules", tmp_path / "out.xlsx", lang=lang) == len(before)
    (report,) = etl.load_files(empty_db, tmp_path / "out.xlsx")
    assert (report.kind, report.same, report.rejects, report.batch_id) == ("rules", len(before), [], None)
    assert standing(empty_db) == before


def test_the_history_of_a_place_with_own_intervals_is_counted_by_them(empty_db, tmp_path):
    with write_transaction(empty_db) as db:
        small_world(db).visits("subject | on\nS1 | 2026-01-02\nS2 | 2026-01-02")
    day = date(2026, 4, 15)
    assert overdue(empty_db, day) == 4
    rows = [
        {"规则": "interval_days", "适用": scope, "生效日": "2024-01-01", "取值": "365", "依据": "x"}
        for scope in ("risk:medium", "kind:market", "kind:input_dealer")
    ]
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "规则.csv", rows))
    assert overdue(empty_db, day) == 2
    undo_batches(empty_db, [report.batch_id])
    assert overdue(empty_db, day) == 4


def test_a_look_before_loading_shows_what_would_change_and_changes_nothing(empty_db, tmp_path):
    before = standing(empty_db)
    (seen,) = etl.preview_load(empty_db, office.write_csv(tmp_path / "规则.csv", OWN)).reports
    assert (seen.new, seen.changed) == (4, 1)
    assert ("severe_days", "30", "45") in {
        (each.key.split('"')[1], each.before, each.after) for each in seen.differences if each.column == "value"
    }
    assert standing(empty_db) == before


@pytest.mark.parametrize(("said", "column", "fault"), [
    ({"规则": "gravity"}, "rule_key", "rule_key"), ({"适用": "risk:huge"}, "scope", "rule_scope"), ({"适用": ""}, "scope", "rule_scope"),
    ({"取值": "2.5"}, "value", "rule_value"), ({"取值": "1e300"}, "value", "rule_value"), ({"取值": "0"}, "value", "rule_value"),
    ({"取值": "NaN"}, "value", "rule_value"), ({"取值": "many"}, "value", "rule_value"), ({"取值": ""}, "value", "blank"),
    ({"规则": "class_breaks", "适用": "overdeu", "取值": "5%"}, "scope", "rule_scope"),
    ({"规则": "class_breaks", "适用": "chain", "取值": "20%、5%"}, "value", "rule_value"),
    ({"规则": "sign_in_tries", "适用": "", "取值": "7"}, "from_on", "rule_past"),
    ({"生效日": "2026-02-30"}, "from_on", "not_a_date"), ({"依据": ""}, "source", "blank"),
])  # fmt: skip
def test_a_row_that_cannot_be_is_refused_with_its_reason(empty_db, tmp_path, said, column, fault):
    before = standing(empty_db)
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "规则.csv", office.changed(OWN, 0, **said)))
    assert not report.loaded
    assert {(each.row, each.field, each.fault) for each in report.rejects} == {(2, column, fault)}
    assert standing(empty_db) == before


def test_one_rule_of_one_day_is_not_said_twice_otherwise(empty_db, tmp_path):
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "规则.csv", [*OWN, OWN[3] | {"取值": "46"}]))
    assert {each.fault for each in report.rejects} == {"key_conflict"}


def test_what_was_set_by_hand_since_stands_in_the_way_of_taking_a_file_back(empty_db, tmp_path):
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "规则.csv", OWN))
    with write_transaction(empty_db) as db:
        later = write_change(db, plan_rule(db, "severe_days", "", date(2000, 1, 1), "44", "x"))
    with pytest.raises(Rejected, match=str(later)):
        undo_batches(empty_db, [report.batch_id])
    undo_batches(empty_db, [later, report.batch_id])


def test_who_may_load_but_not_rule_loads_no_rules(empty_db, tmp_path):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    file = office.write_csv(tmp_path / "规则.csv", OWN)
    for login, refused in (("da", True), ("qin", False)):
        engine = engine_of_role("grid_load", empty_db.url, pool_size=1)
        event.listen(engine, "begin", lambda db, login=login: take_on_scope(db, Scope(login)))
        (report,) = etl.load_files(engine, file)
        engine.dispose()
        assert ({each.fault for each in report.rejects} == {"rule_not_yours"}) is refused
        assert report.loaded is not refused
