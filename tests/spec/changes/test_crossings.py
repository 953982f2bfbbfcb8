"""Who came into a number between two days and who left it: with them the later numerator follows from the earlier."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from geodata.errors import NotFound
from geodata.indicators import INDICATORS
from geodata.rollup.crossings import list_crossings
from geodata.rollup.indicator_counts import COUNTS, village_counts
from geodata.rollup.narrowing import Narrowing, narrow_to
from tests.ascii_table import rows, shown

JANUARY, MARCH, JUNE = date(2026, 1, 31), date(2026, 3, 1), date(2026, 6, 1)

SAMPLES = """
sample | subject | on         | judgement
A      | S1      | 2025-12-01 | unqualified
B      | S2      | 2026-02-01 | qualified
C      | S3      | 2026-05-01 | unqualified
"""


@pytest.fixture
def year(world):
    """The small world with visits, samples, a pause, and one that left the roster."""
    world.visits("subject | on\nS1 | 2026-01-12\nS2 | 2026-01-20\nS4 | 2026-02-02\nS1 | 2026-05-20")
    world.samples(SAMPLES)
    world.put("subject_status", subject_id="S5", from_on="2026-04-01", status="seasonal_stop", reason="冬季停产")
    world.put("subject_status", subject_id="S4", from_on="2026-05-01", status="closed", reason="停业")
    world.end_post("As2", "2026-04-30")
    return world.db


@pytest.mark.parametrize("days", [(JANUARY, MARCH), (MARCH, JUNE), (JANUARY, JUNE)], ids=str)
def test_the_later_numerator_is_the_earlier_one_with_them(year, days):
    for key in INDICATORS:
        for within in (None, "T1", "V3"):
            before, now = (int(village_counts(year, key, day, within)[COUNTS[0]].sum()) for day in days)
            found = list_crossings(year, key, *days, within)
            entered, left = ((found["crossing"] == each).sum() for each in ("entered", "left"))
            assert now == before + entered - left, (key, within)
            assert not found["row_id"].duplicated().any(), key
            assert entered + left == len(found), key


def test_each_with_its_state_of_both_days(year):
    columns = ["crossing", "subject_id", "unit_name", "state_before", "state"]
    found = shown(list_crossings(year, "overdue", JANUARY, JUNE), columns)
    assert found == rows("""
        crossing | subject_id | unit_name | state_before | state
        entered  | S2         | 一村      | not_due      | severe
    """), found
    found = shown(list_crossings(year, "patrol_coverage", MARCH, JUNE), columns)
    assert found == rows("""
        crossing | subject_id | unit_name | state_before | state
        left     | S4         | 三社      | visited      |
    """), found


def test_it_follows_what_is_picked_and_shows_no_row_of_others(year):
    with year.begin_nested() as point:
        narrow_to(year, Narrowing(risk="high"))
        assert set(list_crossings(year, "patrol_coverage", JANUARY, JUNE)["subject_id"]) <= {"S1"}
        point.rollback()
    year.execute(text("SET LOCAL ROLE grid_app"))
    year.execute(text("SELECT grid.take_on('as1', '')"))
    assert set(list_crossings(year, "overdue", JANUARY, JUNE)["subject_id"]) <= {"S1", "S2"}


def test_a_unit_that_was_not_there_is_said(year):
    with pytest.raises(NotFound):
        list_crossings(year, "overdue", JANUARY, JUNE, "nowhere")
