"""Overdue (domain §11.3): due = last completed patrol + interval of the risk in force; overdue iff as_of > due."""

import pytest

from tests.ascii_table import rows


def test_never_patrolled_subjects_fall_due_an_interval_after_entry(world):
    """High 30, medium 90, low 180 days; a market 90, a dealer 90 days whatever its risk."""
    assert world.listed("overdue", "2026-01-15", "subject_id due_on interval_days basis state") == rows("""
        subject_id | due_on     | interval_days | basis             | state
        S1         | 2026-01-31 | 30            | risk:high         | open
        S2         | 2026-04-01 | 90            | risk:medium       | not_due
        S3         | 2026-06-30 | 180           | risk:low          | not_due
        S4         | 2026-04-01 | 90            | kind:market       | not_due
        S5         | 2026-04-01 | 90            | kind:input_dealer | not_due
    """)


@pytest.mark.parametrize(
    ("as_of", "state", "hit", "days"),
    [
        ("2026-02-27", "not_due", "no", "0"),
        ("2026-03-02", "open", "no", "0"),
        ("2026-03-24", "open", "no", "0"),
        ("2026-03-25", "due_soon", "no", "0"),
        ("2026-04-01", "due_soon", "no", "0"),
        ("2026-04-02", "overdue", "yes", "1"),
        ("2026-04-30", "overdue", "yes", "29"),
        ("2026-05-01", "severe", "yes", "30"),
    ],
)
def test_states_around_the_due_date(world, as_of, state, hit, days):
    """The due day itself is not overdue; severe from 30 days over; due soon within 7, open within 30 days."""
    world.visits("""
        subject | on
        S2      | 2026-01-01
    """)
    assert world.listed("overdue", as_of, "state hit days_over", within="V1")[1] == {
        "state": state,
        "hit": hit,
        "days_over": days,
    }


def test_a_subject_never_patrolled_past_its_due_date_is_overdue_under_its_own_state(world):
    assert world.listed("overdue", "2026-02-01", "subject_id state hit", within="V1") == rows("""
        subject_id | state   | hit
        S1         | never   | yes
        S2         | not_due | no
    """)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("patrol", "not_met"), ("patrol", "rescheduled"), ("patrol", "closed"), ("guidance", "completed"),
     ("recheck", "completed"), ("information_report", "completed")],
)  # fmt: skip
def test_only_a_completed_patrol_resets_the_clock(world, kind, outcome):
    world.visits(f"""
        subject | on         | kind   | outcome
        S1      | 2026-01-10 | patrol | completed
        S1      | 2026-01-20 | {kind} | {outcome}
    """)
    assert world.listed("overdue", "2026-01-25", "last_on due_on", within="V1")[0] == {
        "last_on": "2026-01-10",
        "due_on": "2026-02-09",
    }


@pytest.mark.parametrize(
    ("changes", "as_of", "due"),
    [
        ("2026-02-01 high", "2026-02-05", "2026-03-03"),  # raised: change + 30 comes before the old due date
        ("2026-03-25 high", "2026-03-26", "2026-04-01"),  # raised late: the old due date comes first
        ("2026-02-01 low", "2026-02-05", "2026-06-30"),  # lowered: the new interval counts from the patrol
        ("2026-02-01 high,2026-02-10 medium", "2026-02-12", "2026-04-01"),  # raised and lowered again
        ("2026-01-01 low,2026-02-01 medium,2026-02-10 high", "2026-02-12", "2026-03-12"),  # raised twice
        ("2026-02-01 high", "2026-01-31", "2026-04-01"),  # not yet raised on the day asked about
    ],
)
def test_a_raised_risk_moves_the_due_date_forward_only(world, changes, as_of, due):
    """Raised: due = min(old due, change + new interval). S2 was patrolled on 2026-01-01 at medium risk (90 days)."""
    world.visits("""
        subject | on
        S2      | 2026-01-01
    """)
    for change in changes.split(","):
        day, risk = change.split()
        world.risks(f"""
            subject | from  | risk
            S2      | {day} | {risk}
        """)
    assert world.listed("overdue", as_of, "subject_id due_on", within="V1")[1] == {"subject_id": "S2", "due_on": due}


@pytest.mark.parametrize(
    ("last", "as_of", "due", "basis"),
    [
        ("2026-02-20", "2026-02-25", "2026-05-21", "kind:input_dealer"),
        ("2026-02-20", "2026-03-05", "2026-03-31", "kind:input_dealer@3-5"),  # the season starts on 1 March
        ("2026-03-10", "2026-04-01", "2026-04-09", "kind:input_dealer@3-5"),
        ("2026-05-20", "2026-06-01", "2026-08-18", "kind:input_dealer"),  # after the season the usual interval
    ],
)
def test_dealers_are_patrolled_monthly_in_spring(world, last, as_of, due, basis):
    world.visits(f"""
        subject | on
        S5      | {last}
    """)
    assert world.listed("overdue", as_of, "due_on basis", within="V3")[1] == {"due_on": due, "basis": basis}


def test_paused_subjects_stand_beside_and_closed_ones_leave(world):
    world.statuses("""
        subject | from       | status
        S1      | 2026-02-01 | seasonal_stop
        S2      | 2026-02-01 | closed
        S3      | 2026-02-01 | suspended
    """)
    assert world.listed("overdue", "2026-03-01", "subject_id state counted", within="T1") == rows("""
        subject_id | state  | counted
        S1         | paused | no
        S3         | paused | no
    """)
    assert world.measured("overdue", "town", "2026-03-01", "unit_code numerator denominator beside") == rows("""
        unit_code | numerator | denominator | beside
        T1        | 0         | 0           | 2
        T2        | 0         | 2           | 0
    """)


def test_a06_only_who_trades_can_be_overdue(world):
    """Of the five states 在营 alone: nothing is due of the others, however long ago the last patrol was."""
    world.statuses("""
        subject | from       | status
        S1      | 2026-02-01 | seasonal_stop
        S2      | 2026-02-01 | closed
        S3      | 2026-02-01 | suspended
        S4      | 2026-02-01 | deregistered
    """)
    found = world.listed("overdue", "2028-03-01", "subject_id state hit due_on days_over interval_days")
    told = {row.pop("subject_id"): row for row in found}
    assert sorted(told) == ["S1", "S3", "S5"], "who has closed or was struck off is not listed at all"
    resting = {"state": "paused", "hit": "no", "due_on": None, "days_over": None, "interval_days": None}
    assert told["S1"] == told["S3"] == resting
    assert (told["S5"]["state"], told["S5"]["hit"]) == ("never", "yes")


def test_history_is_judged_by_what_was_in_force_that_day(world):
    """A pause that began later and a visit made later change nothing on an earlier day."""
    world.visits("""
        subject | on
        S1      | 2026-03-01
    """)
    world.statuses("""
        subject | from       | status
        S1      | 2026-03-10 | seasonal_stop
    """)
    seen = {
        day: world.listed("overdue", day, "state", within="V1")[0]["state"]
        for day in ("2026-02-15", "2026-03-02", "2026-03-11")
    }
    assert seen == {"2026-02-15": "never", "2026-03-02": "open", "2026-03-11": "paused"}


def test_a_new_rule_row_changes_only_the_days_after_it(world):
    world.db.exec_driver_sql(
        "INSERT INTO grid.rule VALUES ('interval_days', 'risk:high', '2026-02-10', '15', 'district order')"
    )
    assert world.listed("overdue", "2026-02-09", "due_on", within="V1")[0] == {"due_on": "2026-01-31"}
    assert world.listed("overdue", "2026-02-10", "due_on", within="V1")[0] == {"due_on": "2026-01-16"}


def test_before_entry_a_subject_is_not_in_the_set(world):
    assert world.measured("overdue", "district", "2025-12-31", "unit_code denominator rate") == rows("""
        unit_code | denominator | rate
        D         | 0           |
    """)
