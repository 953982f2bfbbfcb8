"""What the database itself refuses (architecture §3): assume the code above it has a bug."""

import pytest
from sqlalchemy.exc import IntegrityError


def refused(world, constraint, action):
    with pytest.raises(IntegrityError, match=constraint), world.db.begin_nested():
        action()


def test_two_versions_of_a_unit_on_one_day(world):
    refused(world, "ex_unit_version_one_per_day", lambda: world.units("""
        code | level | name | kind | parent_code | west
        T1   | town  | 新镇 | town | D           | 126.0
    """))  # fmt: skip


def test_a_village_directly_under_the_district(world):
    refused(world, "unit_version_parent_level", lambda: world.units("""
        code | level   | name | kind    | parent_code | west
        V8   | village | 八村 | village | D           | 126.0
    """))  # fmt: skip


def test_two_holders_of_a_single_holder_post_on_one_day(world):
    refused(world, "ex_post_single_holder", lambda: world.posts("""
        person | role         | unit | valid
        New    | station_head | T1   | [2026-01-01,)
    """))  # fmt: skip


def test_several_assistants_are_legal_but_not_the_same_person_twice(world):
    world.posts("""
        person | role      | unit
        As7    | assistant | V1
    """)
    refused(world, "ex_post_same_person", lambda: world.posts("""
        person | role      | unit | valid
        As7    | assistant | V1   | [2025-01-01,)
    """))  # fmt: skip


def test_a_post_on_the_wrong_level(world):
    refused(world, "post_level", lambda: world.posts("""
        person | role      | unit
        As7    | assistant | T1
    """))  # fmt: skip


def test_a_visit_in_the_future_of_its_recording(world):
    refused(world, "not_in_future", lambda: world.put(
        "visit", visit_no="F", subject_id="S1", kind="patrol", outcome="completed", visited_on="2026-03-02",
        recorded_at="2026-03-01 23:59+08", person_no="Su1", visitor_role="supervisor",
    ))  # fmt: skip


def test_an_assistant_may_not_make_an_administrative_check(world):
    world.cards("card | person\nK-Su1 | Su1\nK-As1 | As1")
    refused(world, "assistant_observes", lambda: world.checks("""
        on         | officers | role
        2026-03-01 | As1,Su1  | assistant
    """))  # fmt: skip


def test_a_rapid_retest(world):
    world.samples("""
        sample | subject | on         | judgement
        A      | S1      | 2026-03-01 | unqualified
    """)
    refused(world, "retest_not_rapid", lambda: world.samples("""
        sample | subject | stream | on         | retest_of
        B      | S1      | rapid  | 2026-03-02 | A
    """))  # fmt: skip


@pytest.mark.parametrize("uscc", ["91110000600037341X", "91110000600037341", "9111000060003734IL"])
def test_a_wrong_check_digit(world, uscc):
    refused(world, "uscc_check_digit", lambda: world.put(
        "subject", subject_id="X", name="x", village_code="V1", kinds="{grower}", sectors="{fruit}",
        entry_on="2026-01-01", uscc=uscc,
    ))  # fmt: skip


def test_a_subject_registered_in_a_town(world):
    refused(world, "fk_subject_village", lambda: world.put(
        "subject", subject_id="X", name="x", village_code="T1", kinds="{grower}", sectors="{fruit}",
        entry_on="2026-01-01",
    ))  # fmt: skip


def test_a_point_without_a_declared_datum(world):
    refused(world, "point_has_datum", lambda: world.db.exec_driver_sql(
        "UPDATE grid.subject SET source_datum = NULL WHERE subject_id = 'S1'"
    ))  # fmt: skip


def test_a_pause_without_a_reason(world):
    refused(world, "reason_given", lambda: world.put(
        "subject_status", subject_id="S1", from_on="2026-02-01", status="suspended"
    ))  # fmt: skip


def test_an_unqualified_result_without_its_receipt(world):
    world.samples("""
        sample | subject | on         | judgement
        A      | S1      | 2026-03-01 |
    """)
    refused(world, "receipt_known", lambda: world.put(
        "result", sample_no="A", analyte="毒死蜱", judgement="unqualified", judged_on="2026-03-02"
    ))  # fmt: skip
