"""A rule is set, corrected and taken back, on a past day too where history is judged by it (domain §11.10)."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geodata.accounts.visitor import find_visitor
from geodata.calendar import today
from geodata.database.scope import Scope, take_on_scope
from geodata.errors import Forbidden, NotFound, UserError
from geodata.preview.rule_preview import preview_rule
from geodata.rollup.indicator_counts import headline_counts
from geodata.rule_changes.rule_acts import plan_rule, plan_taking_back, write_change
from geodata.rule_kinds import RULE_KINDS
from geodata.rules import rule_source, rule_value
from tests.ascii_table import rows
from tests.visitors import add_accounts

PAST = date(2026, 2, 1)
DAY = "区农〔2026〕1号"


def set_rule(db, key, scope, from_on, said, source=DAY):
    return write_change(db, plan_rule(db, key, scope, from_on, said, source))


def take_back(db, key, scope, from_on):
    return write_change(db, plan_taking_back(db, key, scope, from_on))


def noted(db):
    """What the trail holds of values that did not come with the program."""
    asked = (
        "SELECT action, before ->> 'value', after ->> 'value' FROM grid.audit WHERE table_name = 'rule'"
        " AND coalesce(after, before) ->> 'batch_id' IS NOT NULL ORDER BY id"
    )
    return [tuple(row) for row in db.execute(text(asked))]


def test_a_value_is_corrected_on_its_own_day_and_both_are_noted(db):
    set_rule(db, "severe_days", "", today(), "54")
    set_rule(db, "severe_days", "", today(), "45", "区农〔2026〕2号")
    assert (rule_value(db, "severe_days", today()), rule_source(db, "severe_days", today())) == (45, "区农〔2026〕2号")
    assert noted(db) == [("insert", None, "54"), ("update", "54", "45")]


def test_what_was_set_is_taken_back_whole_however_often_it_was_corrected(db):
    before = rule_value(db, "severe_days", today())
    set_rule(db, "severe_days", "", today(), "54")
    set_rule(db, "severe_days", "", today(), "45")
    take_back(db, "severe_days", "", today())
    assert rule_value(db, "severe_days", today()) == before
    assert noted(db)[-1] == ("delete", "45", None)


def test_a_value_that_came_with_the_program_stands_again_when_its_correction_is_taken_back(db):
    set_rule(db, "interval_days", "risk:high", date(2000, 1, 1), "60")
    assert rule_value(db, "interval_days", date(2026, 1, 1), "risk:high") == 60
    take_back(db, "interval_days", "risk:high", date(2000, 1, 1))
    assert rule_value(db, "interval_days", date(2026, 1, 1), "risk:high") == 30
    with pytest.raises(NotFound, match="没有另行登记"):
        take_back(db, "interval_days", "risk:high", date(2000, 1, 1))


@pytest.mark.parametrize("day", [date(2000, 1, 1), PAST])
def test_what_came_with_the_program_is_not_taken_back(db, day):
    with pytest.raises(NotFound):
        take_back(db, "severe_days", "", day)


@pytest.mark.parametrize("key", [key for key, kind in RULE_KINDS.items() if not kind.has_past])
def test_a_rule_that_only_today_is_asked_of_has_no_past(db, key):
    row = db.execute(text("SELECT scope, value #>> '{}' AS said FROM grid.rule WHERE key = :key"), {"key": key}).first()
    with pytest.raises(UserError, match="过去的日子"):
        plan_rule(db, key, row.scope, today() - timedelta(days=1), row.said, "x")
    assert plan_rule(db, key, row.scope, today(), row.said, "x").from_on == today()


@pytest.mark.parametrize(("said", "sentence"), [
    (("gravity", "", date(2026, 3, 1), "9", DAY), "没有“gravity”这条规则"),
    (("severe_days", "T1", date(2026, 3, 1), "9", DAY), "没有“T1”"),
    (("class_breaks", "overdeu", date(2026, 3, 1), "10%, 20%", DAY), "没有“overdeu”"),
    (("severe_days", "a\0", date(2026, 3, 1), "9", DAY), "不能保存的字符（U+0000）"),
    (("severe_days", "", date(2026, 3, 1), "9", "\ud800"), "不能保存的字符（U+D800）"),
    (("severe_days", "", date(2026, 3, 1), "9.5", DAY), "0 至 3650 的整数"),
    (("class_breaks", "overdue", date(2026, 3, 1), "30%, 20%", DAY), "从小到大"),
    (("severe_days", "", date(2026, 3, 1), "9", " "), "依据"),
    (("severe_days", "", date(2200, 1, 1), "9", DAY), "1900 年至 2199 年"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence_and_nothing_changes(db, said, sentence):
    with pytest.raises(UserError) as refused:
        set_rule(db, *said)
    assert sentence in str(refused.value)
    assert noted(db) == []


def test_what_stands_already_is_not_registered_again(db):
    set_rule(db, "severe_days", "", today(), "54")
    with pytest.raises(UserError, match="本就如此"):
        set_rule(db, "severe_days", "", today(), "54.0")


def test_the_places_own_intervals_have_a_past_and_its_history_the_true_count(world):
    """The shipped intervals count nearly twice as many overdue as the place's own, which held long before they were
    entered."""
    world.visits("subject | on\nS1 | 2026-01-02\nS2 | 2026-01-02\nS3 | 2026-01-02")
    days = ("2026-02-15", "2026-04-15", "2026-07-15")

    def counted():
        return {
            day: world.measured("overdue", "district", day, "numerator denominator")[0]["numerator"] for day in days
        }

    assert counted() == {"2026-02-15": "1", "2026-04-15": "4", "2026-07-15": "5"}
    for scope, own in (("risk:high", "60"), ("risk:medium", "180"), ("risk:low", "365")):
        set_rule(world.db, "interval_days", scope, date(2025, 1, 1), own)
    for scope in ("kind:market", "kind:input_dealer"):
        set_rule(world.db, "interval_days", scope, date(2025, 1, 1), "365")
    assert counted() == {"2026-02-15": "0", "2026-04-15": "2", "2026-07-15": "2"}
    with world.db.begin_nested() as point:
        take_back(world.db, "interval_days", "risk:high", date(2025, 1, 1))
        assert counted()["2026-02-15"] == "1"
        point.rollback()


def test_a_preview_says_what_will_be_counted_and_leaves_nothing(world):
    world.visits("subject | on\nS1 | 2026-01-02\nS2 | 2026-01-02\nS3 | 2026-01-02")
    before = world.db.execute(text("SELECT * FROM grid.rule ORDER BY 1, 2, 3")).all()
    change = plan_rule(world.db, "interval_days", "risk:high", date(2026, 1, 1), "365", DAY)
    seen = preview_rule(world.db, change)
    assert world.db.execute(text("SELECT * FROM grid.rule ORDER BY 1, 2, 3")).all() == before
    assert noted(world.db) == []
    assert world.db.execute(text("SELECT count(*) FROM grid.load_batch WHERE kind = 'rules'")).scalar_one() == 0
    assert seen.overdue == ([], ["S1"])
    told = {day.as_of: (old.sum_whole("overdue"), day.sum_whole("overdue")) for old, day in seen.days}
    write_change(world.db, change)
    for day, (_, after) in told.items():
        measured = world.measured("overdue", "district", day.isoformat(), "numerator denominator")[0]
        assert (int(measured["numerator"]), int(measured["denominator"])) == after
    assert len(told) == 6
    assert (min(told), max(told)) == (date(2026, 1, 1), today())


def test_a_preview_of_a_day_to_come_is_as_if_it_were_today(world):
    world.visits("subject | on\nS1 | 2026-01-02")
    later = today() + timedelta(days=40)
    seen = preview_rule(world.db, plan_rule(world.db, "interval_days", "risk:high", later, "3000", DAY))
    assert seen.as_if_today
    assert seen.overdue == ([], ["S1"])
    assert "overdue" in seen.find_moved(seen.now)


def test_previews_that_say_the_same_have_one_fingerprint_and_others_another(world):
    def seen(**more):
        said = {"said": "365", "source": DAY} | more
        change = plan_rule(world.db, "interval_days", "risk:high", PAST, said["said"], said["source"])
        return preview_rule(world.db, change).fingerprint

    first = seen()
    assert first == seen()
    assert len({first, seen(said="364"), seen(source="y")}) == 3
    world.visits("subject | on\nS1 | 2026-02-02")
    assert seen() != first


OTHERWISE = """
key                    | scope     | said           | moves
address_tries          |           | 107            |
address_window_minutes |           | 7              |
attachment_keep_days   |           | 7              |
certificate_retention_months |     | 7              |
chain_roles            | assisting | station_head   | chain_complete
change_points          |           | 100            |
check_bodies           |           | 局             |
checks_a_year          |           | 0              |
class_breaks           | overdue   | 1%, 2%         |
coverage_tolerance_m   |           | 1000           |
coverage_window_days   |           | 3650           | patrol_coverage,on_time
due_soon_days          |           | 3000           |
interval_days          | risk:high | 3000           | overdue
job_keep_days          |           | 7              |
known_device_days      |           | 37             |
nest_tolerance_m       |           | 7              |
open_days              |           | 3000           |
overload_subjects      |           | 1              | overloaded
point_margin_km        |           | 7              |
residue_standard       |           | GB 1           |
same_point_m           |           | 1000           |
samplers               |           | 0              |
session_hours          |           | 7              |
session_idle_minutes   |           | 7              |
severe_days            |           | 3000           |
sign_in_pause_seconds  |           | 7              |
sign_in_tries          |           | 7              |
sign_in_window_minutes |           | 7              |
silent_days            |           | 3650           | silent
sliver_width_m         |           | 1000           |
small_n                |           | 1000           |
stale_days             |           | 1000           |
test_window            |           | 3650           | quantitative_pass,banned_detections
token_days             |           | 7              |
token_tries            |           | 7              |
work_due_days          |           | 7              |
work_due_unit          |           | calendar_days  |
"""


@pytest.mark.parametrize("row", rows(OTHERWISE), ids=lambda row: row["key"])
def test_a_preview_counts_every_number_that_hangs_on_the_rule(world, row):
    """Which do is found by their SQL; counted here are all of them."""
    world.visits("subject | on\nS1 | 2025-11-20\nS2 | 2026-01-02")
    world.samples("sample | subject | on | judgement\nA | S1 | 2025-03-01 | qualified\nB | S2 | 2026-03-01 | qualified")
    change = plan_rule(world.db, row["key"], row["scope"] or "", today(), row["said"], DAY)
    seen = preview_rule(world.db, change)
    told = set(seen.find_moved(seen.now))
    before = headline_counts(world.db, today())
    write_change(world.db, change)
    moved = before.compare(headline_counts(world.db, today())).index
    assert told == set(moved) == set(filter(None, (row["moves"] or "").split(",")))


def test_every_rule_is_previewed_above():
    assert [row["key"] for row in rows(OTHERWISE)] == list(RULE_KINDS)


def rows_touched(db, statement):
    """How many rows a statement writes that row-level security passes over or refuses."""
    with suppress(ProgrammingError), db.begin_nested():
        return db.execute(text(statement)).rowcount
    return 0


WHO = """
login | rules
qin   | yes
ad    | yes
lin   | no
da    | no
hu1   | no
su1   | no
as1   | no
"""


@pytest.mark.parametrize("row", rows(WHO), ids=lambda row: row["login"])
def test_the_section_and_the_administrator_rule_and_nobody_else(world, row):
    add_accounts(world)
    db = world.db
    change = plan_rule(db, "severe_days", "", PAST, "45", DAY)
    fixed = plan_rule(db, "sign_in_tries", "", today(), "7", DAY)
    db.execute(text("SET LOCAL ROLE grid_app"))
    take_on_scope(db, Scope(row["login"], "10.0.0.1"))
    assert find_visitor(db) is not None
    if row["rules"] == "no":
        for each in (change, fixed):
            with pytest.raises(Forbidden):
                write_change(db, each)
        return
    write_change(db, change)
    write_change(db, fixed)
    write_change(db, plan_rule(db, "severe_days", "", PAST, "46", DAY))
    assert rule_value(db, "severe_days", PAST) == 46
    write_change(db, plan_rule(db, "severe_days", "", date(2000, 1, 1), "31", DAY))
    take_back(db, "severe_days", "", date(2000, 1, 1))
    take_back(db, "severe_days", "", PAST)
    assert rule_value(db, "severe_days", PAST) == 30
    for statement in (
        "INSERT INTO grid.rule (key, scope, from_on, value, source)"
        " VALUES ('sign_in_tries', '', '2026-01-01', '9', 'x')",
        "UPDATE grid.rule SET source = 'x' WHERE key = 'sign_in_tries' AND from_on = '2000-01-01'",
        "DELETE FROM grid.rule WHERE from_on = '2000-01-01'",
    ):
        assert rows_touched(db, statement) == 0
