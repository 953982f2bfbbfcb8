"""The roster (domain §11.15): a subject is counted once, whatever its kinds; identifiers are unique and checked."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.ascii_table import rows

VALID, OTHER = "93220602MA0Y000163", "91110000600037341L"


def test_a_subject_of_several_kinds_is_one_subject(world):
    world.db.exec_driver_sql("UPDATE grid.subject SET kinds = '{grower,broker,sales_firm}' WHERE subject_id = 'S1'")
    assert world.measured("overdue", "village", "2026-01-15")[0] == {
        "unit_code": "V1",
        "numerator": "0",
        "denominator": "2",
    }


@pytest.mark.parametrize("column", ["uscc", "id_hash"])
def test_two_subjects_with_one_identifier_are_refused(world, column):
    value = VALID if column == "uscc" else "0" * 64
    tail = ", id_tail = '001X'" if column == "id_hash" else ""
    world.db.exec_driver_sql(f"UPDATE grid.subject SET {column} = '{value}'{tail} WHERE subject_id = 'S1'")
    with pytest.raises(IntegrityError, match=f"uq_subject_{column}"), world.db.begin_nested():
        world.db.exec_driver_sql(f"UPDATE grid.subject SET {column} = '{value}'{tail} WHERE subject_id = 'S2'")


def test_subjects_that_left_are_on_no_roster_but_keep_their_history(world):
    """S3 closed on 2026-02-01: it counts the day before, and not on the day."""
    world.statuses("""
        subject | from       | status
        S3      | 2026-02-01 | closed
    """)
    seen = {day: world.measured("chain_complete", "village", day)[1] for day in ("2026-01-31", "2026-02-01")}
    assert {day: row["denominator"] for day, row in seen.items()} == {"2026-01-31": "1", "2026-02-01": "0"}


def test_the_roster_names_everybody_on_it(world):
    assert world.listed("unlocated", "2026-01-15", "subject_id subject_name unit_name town_name", "T2") == rows("""
        subject_id | subject_name | unit_name | town_name
        S4         | 主体S4       | 三社      | 西街
        S5         | 主体S5       | 三社      | 西街
    """)
