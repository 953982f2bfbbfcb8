"""The health of a grid: vacant, overloaded, untrained this year, silent; a village has its gravest fault."""

from datetime import date

import pytest
from sqlalchemy import text

from geodata.responsibility.staffing import count_staffing
from geodata.words.health_words import HealthState
from tests.ascii_table import rows

DAY = "2026-03-01"


def rule(world, key, value, from_on="2020-01-01"):
    world.db.execute(
        text(
            "INSERT INTO grid.rule (key, scope, from_on, value, source)"
            " VALUES (:key, '', CAST(:from_on AS date), CAST(:value AS jsonb), 'test')"
        ),
        {"key": key, "from_on": from_on, "value": value},
    )


def trainings(world, table):
    for row in rows(table):
        world.put(
            "training",
            person_no=row["person"],
            trained_on=row["on"],
            topic=row.get("topic") or "法规",
            hours=8,
            passed=row.get("passed") != "no",
        )


def everybody_well(world):
    """All trained this year, a record everywhere this month: nothing is wrong but what a test adds."""
    trainings(
        world,
        """
        person | on
        As1    | 2026-01-10
        As2    | 2026-01-10
        As3    | 2026-01-10
    """,
    )
    world.visits("""
        subject | on
        S1      | 2026-02-20
        S3      | 2026-02-20
        S4      | 2026-02-20
    """)


@pytest.mark.parametrize(
    ("most", "hits"),
    [
        ("1", "V1 V3"),  # two subjects for one assistant
        ("2", ""),  # exactly as many is not too many
        ("60", ""),
    ],
)
def test_overloaded_is_more_than_the_rule_for_each_assistant(world, most, hits):
    rule(world, "overload_subjects", most)
    found = world.listed("overloaded", DAY, "unit_code hit")
    assert " ".join(row["unit_code"] for row in found if row["hit"] == "yes") == hits


def test_load_counts_who_trades_and_who_assists_that_day(world):
    """S2 pauses, so V1 has one subject; V3 has two assistants for its two; V2 has nobody and stands beside."""
    rule(world, "overload_subjects", "1")
    world.statuses("""
        subject | from       | status
        S2      | 2026-02-01 | suspended
    """)
    world.posts("""
        person | role      | unit | valid
        As8    | assistant | V3   | [2026-02-20,)
    """)
    world.end_post("As2", "2026-02-10")
    assert world.listed("overloaded", DAY, "unit_code state counted subjects assistants most_each") == rows("""
        unit_code | state      | counted | subjects | assistants | most_each
        V1        | bearable   | yes     | 1        | 1          | 1
        V2        | unassisted | no      | 1        | 0          | 1
        V3        | bearable   | yes     | 2        | 2          | 1
    """)
    assert world.listed("overloaded", "2026-02-19", "unit_code state")[2] == {"unit_code": "V3", "state": "overloaded"}


def test_a_rule_of_a_later_day_judges_no_earlier_one(world):
    rule(world, "overload_subjects", "1", "2026-02-15")
    assert world.measured("overloaded", "district", "2026-02-14")[0]["numerator"] == "0"
    assert world.measured("overloaded", "district", "2026-02-15")[0]["numerator"] == "2"


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2026-02-10", "heard"),  # the day itself
        ("2026-03-11", "heard"),  # the thirtieth day, both ends counted
        ("2026-03-12", "silent"),
    ],
)
def test_silent_begins_when_the_days_of_the_rule_are_over(world, as_of, state):
    world.visits("""
        subject | on
        S3      | 2026-02-10
    """)
    assert world.listed("silent", as_of, "unit_code state")[1] == {"unit_code": "V2", "state": state}


def test_any_record_is_a_record_and_a_village_without_business_has_none_to_give(world):
    """An advice not given, a rapid test: both are heard. S3 trades no more, so V2 stands beside."""
    world.visits("""
        subject | on         | kind     | outcome
        S2      | 2026-02-20 | guidance | not_met
    """)
    world.samples("""
        sample | subject | stream | on
        P1     | S5      | rapid  | 2026-02-25
    """)
    world.statuses("""
        subject | from       | status
        S3      | 2026-02-01 | suspended
    """)
    assert world.listed("silent", DAY, "unit_code state counted hit last_record_on subjects") == rows("""
        unit_code | state | counted | hit | last_record_on | subjects
        V1        | heard | yes     | no  | 2026-02-20     | 2
        V2        | idle  | no      | no  |                | 0
        V3        | heard | yes     | no  | 2026-02-25     | 2
    """)
    assert world.measured("silent", "town", "2026-04-30") == rows("""
        unit_code | numerator | denominator
        T1        | 1         | 1
        T2        | 1         | 1
    """)


def test_a_record_to_come_is_none_yet(world):
    world.visits("""
        subject | on
        S3      | 2026-03-02
    """)
    assert world.listed("silent", DAY, "state")[1] == {"state": "silent"}


def test_trained_is_passed_in_the_calendar_year_by_the_day(world):
    """As1 last year, As2 failed and passed only after the day, As3 in time."""
    trainings(
        world,
        """
        person | on         | passed
        As1    | 2025-12-31 |
        As2    | 2026-02-01 | no
        As2    | 2026-03-02 |
        As3    | 2026-01-01 |
    """,
    )
    assert world.listed("untrained", DAY, "unit_code state hit untrained_people") == rows("""
        unit_code | state     | hit | untrained_people
        V1        | untrained | yes | 1
        V2        | untrained | yes | 1
        V3        | trained   | no  | 0
    """)
    assert world.measured("untrained", "district", "2026-03-02")[0]["numerator"] == "1"
    assert world.measured("untrained", "district", "2025-12-31")[0]["numerator"] == "2"


def test_one_untrained_of_two_is_enough_and_nobody_is_none(world):
    everybody_well(world)
    world.posts("""
        person | role      | unit
        As8    | assistant | V3
    """)
    world.end_post("As2", "2026-02-10")
    assert world.listed("untrained", DAY, "unit_code state counted assistants untrained_people") == rows("""
        unit_code | state      | counted | assistants | untrained_people
        V1        | trained    | yes     | 1          | 0
        V2        | unassisted | no      | 0          | 0
        V3        | untrained  | yes     | 2          | 1
    """)


FAULTS = {
    "vacant": lambda world: world.end_post("As1", "2026-02-10"),
    "overloaded": lambda world: rule(world, "overload_subjects", "1"),
    "untrained": lambda world: world.db.execute(text("DELETE FROM grid.training WHERE person_no = 'As1'")),
    "silent": lambda world: world.db.execute(text("DELETE FROM grid.visit WHERE subject_id = 'S1'")),
}
"""What makes V1 each of them; overloaded takes V3 with it."""


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        ("", "healthy"),
        ("silent", "silent"),
        ("untrained silent", "untrained"),
        ("overloaded untrained silent", "overloaded"),
        ("overloaded silent", "overloaded"),
        ("vacant overloaded untrained silent", "vacant"),
        ("vacant silent", "vacant"),
    ],
)
def test_a_village_has_its_gravest_fault(world, faults, state):
    everybody_well(world)
    for fault in faults.split():
        FAULTS[fault](world)
    found = world.listed("grid_healthy", DAY, "unit_code state counted hit")[0]
    assert found == {"unit_code": "V1", "state": state, "counted": "yes", "hit": "no" if faults else "yes"}


def test_a_supervisor_short_is_vacant_too_as_posts_filled_has_it(world):
    everybody_well(world)
    world.end_post("Su2", "2026-02-10")
    assert world.measured("grid_healthy", "town", DAY) == rows("""
        unit_code | numerator | denominator
        T1        | 2         | 2
        T2        | 0         | 1
    """)
    assert world.listed("grid_healthy", DAY, "state vacant")[2] == {"state": "vacant", "vacant": "yes"}


def test_grades_come_with_villages_and_only_with_them(world):
    everybody_well(world)
    FAULTS["silent"](world)
    assert world.measured("grid_healthy", "village", DAY, "unit_code numerator denominator state") == rows("""
        unit_code | numerator | denominator | state
        V1        | 0         | 1           | silent
        V2        | 1         | 1           | healthy
        V3        | 1         | 1           | healthy
    """)
    with pytest.raises(KeyError):
        world.measured("grid_healthy", "town", DAY, "state")


def test_grades_run_from_good_to_bad():
    assert [state.value for state in HealthState] == ["healthy", "silent", "untrained", "overloaded", "vacant"]


def test_before_records_begin_nobody_is_missing_yet(world):
    """The day before the first post of a supervisor or an assistant counts no grid as vacant, and grades none."""
    world.db.execute(text("UPDATE grid.post SET valid = daterange('2025-06-01', NULL) WHERE unit_code IS NOT NULL"))
    for key in ("posts_filled", "grid_healthy"):
        assert world.measured(key, "district", "2025-05-31") == [
            {"unit_code": "D", "numerator": "0", "denominator": "0"}
        ], key
        assert world.measured(key, "district", "2025-06-01")[0]["denominator"] == "3", key
    assert {line.total for line in count_staffing(world.db, date(2025, 5, 31), "D", None)} == {0}
    assert [line.total for line in count_staffing(world.db, date(2025, 6, 1), "D", None)] == [2, 3, 0]
    (first, *_) = world.measured("grid_healthy", "village", "2025-05-31", "unit_code denominator state")
    assert first == {"unit_code": "V1", "denominator": "0", "state": None}
