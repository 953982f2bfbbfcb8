"""Patrol coverage and patrols on time (domain §11.1, §11.2)."""

import pytest

from tests.ascii_table import rows


def test_coverage_counts_subjects_not_visits(world):
    """Three patrols of one subject cover one subject; not-met visits and other kinds cover none."""
    world.visits("""
        subject | on         | kind     | outcome
        S1      | 2026-02-01 | patrol   | completed
        S1      | 2026-02-11 | patrol   | completed
        S1      | 2026-02-21 | patrol   | completed
        S2      | 2026-02-21 | patrol   | not_met
        S3      | 2026-02-21 | guidance | completed
    """)
    assert world.measured("patrol_coverage", "town", "2026-03-01") == rows("""
        unit_code | numerator | denominator
        T1        | 1         | 3
        T2        | 0         | 2
    """)


@pytest.mark.parametrize(
    ("as_of", "covered"), [("2026-02-09", "0"), ("2026-02-10", "1"), ("2026-08-08", "1"), ("2026-08-09", "0")]
)
def test_the_window_is_180_days_and_includes_both_ends(world, as_of, covered):
    world.visits("""
        subject | on
        S3      | 2026-02-10
    """)
    assert world.measured("patrol_coverage", "village", as_of)[1] == {
        "unit_code": "V2",
        "numerator": covered,
        "denominator": "1",
    }


def test_zero_of_zero_has_no_rate(world):
    world.statuses("""
        subject | from       | status
        S3      | 2026-02-01 | suspended
    """)
    assert world.measured("patrol_coverage", "village", "2026-03-01", "unit_code numerator denominator beside rate")[
        1
    ] == {
        "unit_code": "V2",
        "numerator": "0",
        "denominator": "0",
        "beside": "1",
        "rate": None,
    }


def test_on_time_judges_each_due_date_in_the_window(world):
    """S1 is due every 30 days: entry 01-01, patrols 01-31 (on the day), 03-10 (late), then nothing."""
    world.visits("""
        subject | on
        S1      | 2026-01-31
        S1      | 2026-03-10
    """)
    assert world.listed("on_time", "2026-05-01", "last_on due_on done_on state", within="V1")[:3] == rows("""
        last_on    | due_on     | done_on    | state
        2026-01-01 | 2026-01-31 | 2026-01-31 | on_time
        2026-01-31 | 2026-03-02 | 2026-03-10 | late
        2026-03-10 | 2026-04-09 |            | missed
    """)


def test_a_patrol_due_on_the_as_of_day_and_open_is_not_judged(world):
    assert world.measured("on_time", "village", "2026-01-31")[0] == {
        "unit_code": "V1",
        "numerator": "0",
        "denominator": "0",
    }
    assert world.measured("on_time", "village", "2026-02-01")[0] == {
        "unit_code": "V1",
        "numerator": "0",
        "denominator": "1",
    }


def test_a_subject_paused_on_its_due_date_was_not_due(world):
    world.statuses("""
        subject | from       | status
        S1      | 2026-01-20 | seasonal_stop
    """)
    assert world.measured("on_time", "village", "2026-02-20")[0] == {
        "unit_code": "V1",
        "numerator": "0",
        "denominator": "0",
    }
