"""Which subjects a question is narrowed to: kinds, sectors, products, risk and state of the day, whoever answers."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.rollup.indicator_counts import (
    COUNTS,
    count_indicator,
    headline_counts,
    list_counted_rows,
    plain_rows,
    state_counts,
    village_counts,
)
from geodata.rollup.narrowing import NOTHING, Narrowing, narrow_to
from geodata.subjects.narrow_choices import list_answering, list_products
from geodata.subjects.roster import count_subjects, subject_points
from tests.ascii_table import rows

DAY = date(2026, 3, 1)

PICKED = """
kind         | sector    | product | risk   | status        | person | subjects
             |           |         |        |               |        | S1 S2 S3 S4 S5
grower       |           |         |        |               |        | S1
             | vegetable |         |        |               |        | S1 S2 S3 S4 S5
             | fish      |         |        |               |        |
             |           | 黄瓜    |        |               |        | S1 S3
             |           | 瓜      |        |               |        |
             |           | 人参    |        |               |        | S1
             |           |         | high   |               |        | S1
             |           |         | low    |               |        | S3 S4 S5
             |           |         |        | active        |        | S1 S2 S3 S4
             |           |         |        | seasonal_stop |        | S5
             |           |         |        |               | As1    | S1 S2
             |           |         |        |               | Su1    | S1 S2 S3
             |           |         |        |               | Lin    | S1 S2 S3 S4 S5
             |           |         |        |               | Ow4    | S4
             |           |         |        |               | Nobody |
             |           | 黄瓜    | low    |               | Su1    | S3
family_farm  |           |         | high   |               |        |
"""


@pytest.fixture
def picks(world):
    """The small world with products, a pause, visits and a sample; asked as nobody in particular, of all rows."""
    for subject, products in (("S1", "黄瓜、人参"), ("S3", "黄瓜；山野菜")):
        world.db.execute(text("UPDATE grid.subject SET products = :said WHERE subject_id = :id"),
                         {"said": products, "id": subject})  # fmt: skip
    world.put("subject_status", subject_id="S5", from_on="2026-02-01", status="seasonal_stop", reason="冬季停产")
    world.visits("subject | on\nS1 | 2026-01-12\nS4 | 2026-02-02")
    return world.db


@pytest.mark.parametrize("row", rows(PICKED), ids=lambda row: " ".join(str(each) for each in row.values() if each))
def test_every_number_and_list_follows(picks, row):
    expected = (row["subjects"] or "").split()
    asked = Narrowing(**{name: value or None for name, value in row.items() if name != "subjects"})
    before = {key: plain_rows(picks, key, DAY) for key in INDICATORS}
    narrow_to(picks, asked)
    assert list(subject_points(picks, DAY).index) == expected
    assert count_subjects(picks, DAY) == len(expected)
    headline = headline_counts(picks, DAY)
    for key, whole in before.items():
        kept = whole[whole["subject_id"].isna() | whole["subject_id"].isin(expected)]
        said = (int((kept["counted"] & kept["hit"]).sum()), int(kept["counted"].sum()), int((~kept["counted"]).sum()))
        assert sorted(plain_rows(picks, key, DAY)["row_id"]) == sorted(kept["row_id"]), key
        assert sorted(list_counted_rows(picks, key, DAY)["row_id"]) == sorted(kept["row_id"]), key
        assert sum(state_counts(picks, key, DAY).values()) == len(kept), key
        assert tuple(village_counts(picks, key, DAY)[COUNTS].sum()) == said, key
        assert tuple(headline.loc[key, COUNTS]) == said, key
        towns = count_indicator(picks, key, Level.TOWN, DAY)
        assert tuple(towns[COUNTS].sum()) == said, key


def test_risk_state_and_posts_are_those_of_the_day(picks, world):
    picks.execute(
        text("INSERT INTO grid.subject_risk SELECT 'S1', '2026-02-15', 'low', NULL, min(id) FROM grid.load_batch")
    )
    picks.execute(text("UPDATE grid.post SET valid = daterange('2020-01-01', '2026-02-20') WHERE person_no = 'As1'"))

    def found(day: str, **asked: str) -> str:
        narrow_to(picks, Narrowing(**asked))
        return " ".join(subject_points(picks, date.fromisoformat(day)).index)

    for row in rows("""
        risk | status        | person | on         | subjects
        high |               |        | 2026-02-14 | S1
        high |               |        | 2026-02-15 |
             | seasonal_stop |        | 2026-01-31 |
             | seasonal_stop |        | 2026-02-01 | S5
             |               | As1    | 2026-02-19 | S1 S2
             |               | As1    | 2026-02-20 |
    """):
        asked = {name: row[name] for name in ("risk", "status", "person") if row[name]}
        assert found(row["on"], **asked) == (row["subjects"] or ""), row


def test_it_ends_with_the_transaction_and_nothing_asked_changes_nothing(picks):
    narrow_to(picks, NOTHING)
    assert picks.execute(text("SELECT grid.narrowing()")).scalar_one() is None
    with picks.begin_nested() as point:
        narrow_to(picks, Narrowing(risk="high"))
        assert count_subjects(picks, DAY) == 1
        point.rollback()
    assert count_subjects(picks, DAY) == 5


def test_it_opens_no_row_that_is_not_ones_own(picks):
    picks.execute(text("SET LOCAL ROLE grid_app"))
    picks.execute(text("SELECT grid.take_on('as1', '')"))
    narrow_to(picks, Narrowing(person="Lin"))
    assert count_subjects(picks, DAY) <= 2
    picks.execute(text("RESET ROLE"))


def test_what_is_offered_is_what_the_unit_has(picks):
    assert list_products(picks, DAY) == {"黄瓜": 2, "人参": 1, "山野菜": 1}
    assert list_products(picks, DAY, "V1") == {"人参": 1, "黄瓜": 1}
    assert list(list_answering(picks, DAY, "T1")) == ["Hu1", "Su1", "As1", "As2"]
    assert [each for each, _ in list_answering(picks, DAY, "V1").values()] == ["Hu1", "Su1", "As1"]


@pytest.mark.parametrize("said", ["'; DROP TABLE grid.subject; --", '"}', "村" * 60, "\\", "%", "黄瓜、人参"])
def test_a_text_is_only_ever_compared(picks, said):
    narrow_to(picks, Narrowing(product=said))
    assert count_subjects(picks, DAY) == 0


INSIDE = """
outline                                                     | subjects
126.0,41.0;126.099,41.0;126.099,41.1;126.0,41.1             | S1 S2
126.05,41.05;126.3,41.05;126.3,41.1                         | S1 S2 S4 S5
126.0,41.0;126.3,41.1;126.3,41.0;126.0,41.1                 | S1 S2 S4 S5
125.0,40.0;125.1,40.0;125.1,40.1                            |
"""


@pytest.mark.parametrize("row", rows(INSIDE), ids=lambda row: row["subjects"] or "none")
def test_an_outline_takes_in_its_edge_and_nobody_without_a_place(picks, row):
    picks.execute(text("UPDATE grid.subject SET point = NULL, source_x = NULL, source_y = NULL, source_datum = NULL"
                       " WHERE subject_id = 'S3'"))  # fmt: skip
    narrow_to(picks, Narrowing(inside=row["outline"]))
    assert list(subject_points(picks, DAY).index) == (row["subjects"] or "").split()


def test_what_is_no_outline_takes_in_nobody(picks):
    for said in ("1,2;3,4", "a", "1,2;3,4;5,6)'); DROP TABLE grid.subject; --", ";".join(["1,2"] * 101)):
        with picks.begin_nested() as point:
            narrow_to(picks, Narrowing(inside=said))
            assert count_subjects(picks, DAY) == 0, said
            point.rollback()
