"""Kinds of visit and who may make them (domain §13): officers, cards, origin, item, two samplers, the yearly cap."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geodata.subjects.check_meter import count_checks
from geodata.subjects.timeline import subject_timeline
from tests.ascii_table import rows
from tests.spec.looking import faults

CARDS = """
card  | person | body             | from       | until
K-Su1 | Su1    | 甲区农业农村局   | 2024-01-01 | 2026-03-10
K-Su1 | Su1    | 甲区农业农村局   | 2026-06-01 | 2030-12-31
K-Hu1 | Hu1    | 甲区农业农村局   | 2020-01-01 | 2029-12-31
K-Su2 | Su2    | 甲区农业综合行政执法大队 | 2020-01-01 | 2029-12-31
K-As1 | As1    | 甲区农业农村局   | 2020-01-01 | 2029-12-31
K-Mar | Mar    | 甲区市场监督管理局 | 2020-01-01 | 2029-12-31
K-Out | Out    | 甲区农业综合行政执法大队 | 2020-01-01 | 2029-12-31
"""
STORED = "stored"


@pytest.fixture
def world(world):
    world.cards(CARDS)
    return world


def what_becomes(world, write, **said) -> str:
    """``stored``, or the name of the rule that refused."""
    head, line = " | ".join(said), " | ".join(str(each) for each in said.values())
    point = world.db.begin_nested()
    try:
        write(f"{head}\n{line}")
    except IntegrityError as refused:
        point.rollback()
        return str(refused.orig.diag.constraint_name)
    point.commit()
    return STORED


@pytest.mark.parametrize("row", rows("""
    on         | officers    | cards       | by  | role         | becomes
    2026-03-10 | Su1,Hu1     |             |     | supervisor   | stored
    2026-03-11 | Su1,Hu1     |             |     | supervisor   | check_card_expired
    2026-06-01 | Su1,Hu1     |             |     | supervisor   | stored
    2023-12-31 | Su1,Hu1     |             |     | supervisor   | check_card_not_yet
    2026-03-01 | Su1,Su2     |             |     | supervisor   | stored
    2026-03-01 | Su1,Out     |             |     | supervisor   | stored
    2026-03-01 | Su1,Hu1,Su2 |             |     | station_head | stored
    2026-03-01 | Su1         |             |     | supervisor   | ck_visit_two_officers
    2026-03-01 | Su1,Su1     |             |     | supervisor   | check_officer_twice
    2026-03-01 | Su1,Mar     |             |     | supervisor   | check_body
    2026-03-01 | Su1,As1     |             |     | supervisor   | check_officer_post
    2026-03-01 | Su1,Nobody  |             |     | supervisor   | check_officer_unknown
    2026-03-01 | Su1,Hu2     | K-Su1,K-x   |     | supervisor   | check_card_unknown
    2026-03-01 | Su1,Hu2     | K-Su1,K-Hu1 |     | supervisor   | check_card_of_another
    2026-03-01 | Su1,Hu1     | K-Su1       |     | supervisor   | ck_visit_card_each
    2026-03-01 | Su1,Hu1     |             | Su2 | supervisor   | check_not_among
    2026-03-01 | Su1,Hu1     |             |     | lab_tester   | check_role
    2026-03-01 | Su1,Hu1     |             |     | section_head | stored
    2026-03-01 | As1,Hu1     |             |     | assistant    | ck_visit_assistant_observes
"""), ids=lambda row: f"{row['on']} {row['officers']} {row['becomes']}")  # fmt: skip
def test_an_administrative_check_has_two_officers_with_cards_of_the_day(world, row):
    said = {name: cell or "" for name, cell in row.items() if name != "becomes"}
    assert what_becomes(world, world.checks, **said) == row["becomes"]


@pytest.mark.parametrize("what", ["officers", "card_nos", "check_origin", "legal_item"])
def test_all_of_it_belongs_to_an_administrative_check_and_to_nothing_else(world, what):
    world.checks("visit | on\nC | 2026-03-01")
    world.visits("visit | subject | on\nP | S1 | 2026-03-02")
    value = "'{Su1,Hu1}'" if what in ("officers", "card_nos") else "'plan'"
    for change in (f"{what} = NULL WHERE visit_no = 'C'", f"{what} = {value} WHERE visit_no = 'P'"):
        with pytest.raises(IntegrityError, match=r"check_on_record"), world.db.begin_nested():
            world.db.execute(text(f"UPDATE grid.visit SET {change}"))
    with pytest.raises(IntegrityError, match=r"check_origin_word"), world.db.begin_nested():
        world.db.execute(text("UPDATE grid.visit SET check_origin = 'mood' WHERE visit_no = 'C'"))
    with pytest.raises(IntegrityError, match=r"item_named"), world.db.begin_nested():
        world.db.execute(text("UPDATE grid.visit SET legal_item = ' ' WHERE visit_no = 'C'"))


def test_a_supervision_check_is_no_kind_any_more(world):
    assert what_becomes(world, world.visits, subject="S1", on="2026-03-01", kind="supervision_check") == (
        "ck_visit_kind_word"
    )


def test_which_bodies_may_check_is_the_rule_of_the_day(world):
    world.db.execute(text(
        "INSERT INTO grid.rule (key, from_on, value, source)"
        " VALUES ('check_bodies', '2026-02-01', '[\"市场监督管理局\"]', 'x')"
    ))  # fmt: skip
    assert what_becomes(world, world.checks, on="2026-01-31", officers="Hu1,Out") == STORED
    assert what_becomes(world, world.checks, on="2026-02-01", officers="Hu1,Out") == "check_body"


def test_one_card_number_is_one_persons_on_a_day(world):
    twice = "card | person | from | until\nK-Hu1 | Su2 | 2029-12-31 | 2031-01-01"
    with pytest.raises(IntegrityError, match="ex_enforcement_card_one_holder"), world.db.begin_nested():
        world.cards(twice)
    world.cards(twice.replace("2029-12-31", "2030-01-01"))


@pytest.mark.parametrize("change", [
    "DELETE FROM grid.enforcement_card WHERE card_no = 'K-Hu1'",
    "UPDATE grid.enforcement_card SET expires_on = '2026-02-28' WHERE card_no = 'K-Hu1'",
    "UPDATE grid.enforcement_card SET issued_on = '2026-03-02' WHERE card_no = 'K-Hu1'",
    "UPDATE grid.enforcement_card SET person_no = 'Su2' WHERE card_no = 'K-Hu1'",
    "UPDATE grid.enforcement_card SET card_no = 'other' WHERE card_no = 'K-Hu1'",
    "UPDATE grid.enforcement_card SET body = '甲区市场监督管理局' WHERE card_no = 'K-Hu1'",
])  # fmt: skip
def test_a_card_stays_as_long_as_a_check_stands_on_it(world, change):
    world.checks("visit | on\nC | 2026-03-01")
    with pytest.raises(IntegrityError, match="card_in_use"), world.db.begin_nested():
        world.db.execute(text(change))
    world.db.execute(text("UPDATE grid.enforcement_card SET expires_on = '2026-03-01' WHERE card_no = 'K-Hu1'"))
    world.db.execute(text("DELETE FROM grid.visit WHERE visit_no = 'C'"))
    world.db.execute(text(change.replace("2026-02-28", "2026-02-27").replace("2026-03-02", "2026-02-01")))


def test_a_card_may_leave_and_come_within_one_transaction(world):
    """As a load does, which replaces rows: only what stands in the end is asked."""
    world.checks("visit | on\nC | 2026-03-01")
    world.db.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    world.db.execute(text("DELETE FROM grid.enforcement_card WHERE card_no = 'K-Hu1'"))
    world.cards("card | person | from | until\nK-Hu1 | Hu1 | 2025-01-01 | 2026-12-31")
    world.db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_planned_checks_end_at_the_cap_and_caused_ones_are_counted_past_it(world):
    """Cap 2 in 2026; an unfinished one does not count, another year begins anew, a cause is no plan."""
    for row in rows("""
        subject | on         | origin    | outcome   | becomes
        S1      | 2026-02-01 | plan      | completed | stored
        S1      | 2026-02-02 | plan      | not_met   | stored
        S1      | 2026-02-03 | complaint | completed | stored
        S1      | 2026-02-04 | plan      | completed | check_past_cap
        S1      | 2026-02-04 | plan      | not_met   | stored
        S1      | 2026-02-05 | lead      | completed | stored
        S1      | 2026-02-06 | transfer  | completed | stored
        S1      | 2025-12-31 | plan      | completed | stored
        S2      | 2026-02-04 | plan      | completed | stored
    """):
        becomes = row.pop("becomes")
        assert what_becomes(world, world.checks, **row) == becomes, row
    meter = count_checks(world.db, "S1", date(2026, 3, 1))
    assert (meter.year, meter.checks, meter.caused, meter.planned_past, meter.cap) == (2026, 4, 3, 0, 2)
    assert meter.is_reached
    assert count_checks(world.db, "S1", date(2026, 2, 3)).checks == 2
    assert count_checks(world.db, "S1", date(2025, 12, 31)).checks == 1
    nothing = count_checks(world.db, "S3", date(2026, 3, 1))
    assert (nothing.checks, nothing.cap, nothing.is_reached) == (0, 2, False)


def test_the_cap_is_that_of_the_day_and_none_before_the_first(world):
    world.db.execute(text(
        "INSERT INTO grid.rule (key, from_on, value, source) VALUES ('checks_a_year', '2026-02-10', '1', 'x'),"
        " ('checks_a_year', '2026-03-05', '0', 'x')"
    ))  # fmt: skip
    for row in rows("""
        subject | on         | becomes
        S1      | 2026-02-08 | stored
        S1      | 2026-02-09 | stored
        S1      | 2026-02-10 | check_past_cap
        S2      | 2026-02-10 | stored
        S2      | 2026-02-11 | check_past_cap
        S3      | 2026-03-05 | check_past_cap
        S4      | 2024-11-01 | stored
        S4      | 2024-11-02 | stored
        S4      | 2024-11-03 | stored
    """):
        assert what_becomes(world, world.checks, subject=row["subject"], on=row["on"]) == row["becomes"], row
    free = count_checks(world.db, "S4", date(2024, 12, 31))
    assert (free.checks, free.cap, free.is_reached) == (3, None, False)
    none_allowed = count_checks(world.db, "S3", date(2026, 3, 6))
    assert (none_allowed.checks, none_allowed.cap) == (0, 0)


def test_a_check_recorded_late_is_judged_by_its_day_and_what_it_pushes_past_the_cap_is_told(world):
    world.checks("subject | on\nS1 | 2026-02-01\nS1 | 2026-02-20")
    world.checks("subject | on | origin\nS1 | 2026-02-10 | lead")
    meter = count_checks(world.db, "S1", date(2026, 3, 1))
    assert (meter.checks, meter.planned_past) == (3, 1)
    assert faults(world, "checks_past_cap") == rows("""
        check           | key | units | size
        checks_past_cap | S1  | V1    | 1
    """)


def test_a_planned_check_pushed_past_the_cap_is_corrected_but_not_moved(world):
    world.checks("visit | on\nA | 2026-02-01\nB | 2026-02-20")
    world.checks("visit | on | origin\nL | 2026-02-10 | lead\nM | 2026-02-21 | lead")
    world.db.execute(
        text("UPDATE grid.visit SET legal_item = '农药使用', visited_on = visited_on WHERE visit_no = 'B'")
    )
    for change in ("visited_on = '2026-02-15' WHERE visit_no = 'B'", "check_origin = 'plan' WHERE visit_no = 'M'"):
        with pytest.raises(IntegrityError, match="check_past_cap"), world.db.begin_nested():
            world.db.execute(text(f"UPDATE grid.visit SET {change}"))


def test_an_administrative_check_moves_no_due_date_and_shows_officers_cards_origin_and_item(world):
    world.visits("subject | on\nS1 | 2026-01-10")
    world.checks("visit | on\nC | 2026-01-20")
    assert world.listed("overdue", "2026-01-25", "last_on", within="V1")[0] == {"last_on": "2026-01-10"}
    (event,) = [each for each in subject_timeline(world.db, "S1", date(2026, 3, 1)) if each.ref == "C"]
    assert event.what == "administrative_check"
    assert event.detail["officers"] == [{"name": "Su1", "card": "K-Su1"}, {"name": "Hu1", "card": "K-Hu1"}]
    assert (event.detail["origin"], event.detail["legal_item"]) == ("plan", "生产记录")


@pytest.mark.parametrize("row", rows("""
    on         | purpose    | first | second | becomes
    2026-11-30 | routine    | Su1   |        | stored
    2026-11-30 | routine    |       |        | stored
    2026-12-01 | routine    | Su1   |        | sampler_missing
    2026-12-01 | routine    |       |        | sampler_missing
    2026-12-01 | routine    | Su1   | Hu1    | stored
    2026-11-30 | routine    | Su1   | Su1    | ck_sample_two_samplers
    2026-11-30 | routine    |       | Su1    | ck_sample_first_sampler
    2026-12-01 | self_check | Su1   |        | stored
"""), ids=lambda row: f"{row['on']} {row['purpose']} {row['first']} {row['second']}")  # fmt: skip
def test_a_sampling_has_two_samplers_from_the_day_the_rule_says(world, row):
    assert what_becomes(world, world.samples, sample="Y", subject="S1", on=row["on"], purpose=row["purpose"],
                        first=row["first"] or "", second=row["second"] or "") == row["becomes"]  # fmt: skip


def test_an_old_sample_stays_as_it_is_and_loses_no_second_name(world):
    world.samples(
        "sample | subject | on | first | second\nOld | S1 | 2026-11-30 | Su1 |\nNew | S1 | 2026-12-02 | Su1 | Hu1"
    )
    world.db.execute(
        text("UPDATE grid.rule SET from_on = '2026-11-01' WHERE key = 'samplers' AND from_on > '2000-01-01'")
    )
    world.db.execute(text("UPDATE grid.sample SET lab = 'x' WHERE sample_no = 'Old'"))
    for change in (
        "second_person_no = NULL WHERE sample_no = 'New'",
        "sampled_on = '2026-12-03' WHERE sample_no = 'Old'",
    ):
        with pytest.raises(IntegrityError, match="sampler_missing"), world.db.begin_nested():
            world.db.execute(text(f"UPDATE grid.sample SET {change}"))
    told = {
        each.ref: each.detail["samplers"]
        for each in subject_timeline(world.db, "S1", date(2026, 12, 31))
        if each.kind == "sample"
    }
    assert told == {"Old": ["Su1", None], "New": ["Su1", "Hu1"]}


def test_the_retest_of_a_kept_part_is_no_sampling(world):
    world.samples("sample | subject | on | judgement | first | second\nA | S1 | 2026-12-01 | unqualified | Su1 | Hu1")
    assert what_becomes(world, world.samples, sample="B", subject="S1", on="2026-12-02", retest_of="A") == STORED
