"""The demonstration district behind the door: every row taken, and the district looks alive on its last day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from etl.demo import load_demo
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import UserError
from geodata.levels import Level
from geodata.responsibility.chain import responsibility_chain
from geodata.rollup.indicator_counts import count_indicator, headline_counts, state_counts
from geodata.territory.units import unit_shapes

UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="module")
def demo(demo_district: Engine):
    with read_transaction(demo_district) as db:
        yield db


def count(db: Connection, sql: str) -> int:
    return int(db.execute(text(sql)).scalar_one())


def test_every_row_went_through_the_door(demo: Connection) -> None:
    assert count(demo, "SELECT count(*) FROM grid.load_batch WHERE NOT synthetic") == 0
    assert count(demo, "SELECT coalesce(sum(rows_rejected), 0) FROM grid.load_batch") == 0
    assert count(demo, f"SELECT count(*) FROM grid.roster_on('{UNTIL}')") == 782
    assert count(demo, "SELECT count(*) FROM grid.subject WHERE platform_on IS NOT NULL") == 91
    assert count(demo, "SELECT count(*) FROM grid.subject WHERE commitment_on IS NOT NULL") == 91
    assert count(demo, "SELECT count(DISTINCT source_datum) FROM grid.subject") == 4


def test_units_are_schematic_and_nest(demo: Connection) -> None:
    towns = unit_shapes(demo, Level.TOWN, UNTIL)
    villages = unit_shapes(demo, Level.VILLAGE, UNTIL)

    assert (len(towns), len(villages)) == (12, 98)
    assert villages["schematic"].all()
    assert towns.union_all().equals(villages.union_all())


def test_before_the_reorganisation_there_is_one_village_more_and_no_gap(demo: Connection) -> None:
    before = unit_shapes(demo, Level.VILLAGE, date(2025, 6, 30))
    after = unit_shapes(demo, Level.VILLAGE, date(2025, 7, 1))
    former = set(before["code"]) - set(after["code"])
    moved = text("SELECT DISTINCT village_code FROM grid.roster_on(:day) WHERE village_code = ANY(:codes)")

    assert (len(before), len(after), len(former)) == (99, 98, 1)
    assert before.union_all().equals(after.union_all())
    for day, there in ((date(2025, 6, 30), former), (date(2025, 7, 1), set())):
        assert set(demo.execute(moved, {"day": day, "codes": list(former)}).scalars()) == there
    chain = responsibility_chain(demo, date(2025, 6, 30), unit_code=former.pop())
    assert [bool(level.posts) for level in chain.levels] == [True, True, True]


def test_district_looks_alive_on_its_last_day(demo: Connection) -> None:
    rates = headline_counts(demo, UNTIL)["rate"]

    assert 0.07 < rates["overdue"] < 0.15
    assert 0.88 < rates["patrol_coverage"] < 0.95
    assert 0.945 < rates["chain_complete"] < 0.98
    assert 0.85 < rates["posts_filled"] < 0.97
    assert 0.96 < rates["quantitative_pass"] < 1


def test_towns_differ(demo: Connection) -> None:
    counts = count_indicator(demo, "overdue", Level.TOWN, UNTIL)
    rates = counts.loc[counts["denominator"] >= 25, "rate"]

    assert rates.max() > 0.17
    assert rates.idxmax() == "220602100000"
    assert (rates < 0.05).sum() >= 3


@pytest.mark.parametrize(
    ("indicator", "states"),
    [
        ("overdue", {"not_due", "open", "due_soon", "overdue", "severe", "never", "paused"}),
        ("quantitative_pass", {"qualified", "unqualified", "pending", "in_retest"}),
        ("banned_detections", {"banned", "clear"}),
        ("chain_complete", {"complete", "broken"}),
        ("unlocated", {"located", "no_point", "outside"}),
        ("posts_filled", {"filled", "vacant"}),
    ],
)
def test_every_state_is_met(demo: Connection, indicator: str, states: set[str]) -> None:
    counts = state_counts(demo, indicator, UNTIL)

    assert {state for state in states if not counts.get(state)} == set()


def test_history_is_alive_too(demo: Connection) -> None:
    for back in (180, 365, 540, 730):
        rates = headline_counts(demo, UNTIL - timedelta(days=back))["rate"]
        assert 0.05 < rates["overdue"] < 0.17
        assert 0.87 < rates["patrol_coverage"] < 0.97


def test_another_demonstration_replaces_the_one_there_and_the_same_changes_nothing(empty_db: Engine) -> None:
    with read_transaction(empty_db) as db:
        rules = count(db, "SELECT count(*) FROM grid.rule")
    first = load_demo(empty_db, date(2024, 3, 1), 1)
    again = load_demo(empty_db, date(2024, 3, 1), 1)
    other = load_demo(empty_db, date(2024, 2, 1), 2)

    assert sum(each.new for each in first) > 25_000
    assert sum(each.new + each.changed for each in again) == 0
    assert all(each.loaded for each in other)
    with read_transaction(empty_db) as db:
        assert count(db, "SELECT count(*) FROM grid.rule") == rules > 50
        assert count(db, "SELECT count(*) FROM grid.roster_on('2024-02-01')") == 782
        assert db.execute(text("SELECT max(visited_on) FROM grid.visit")).scalar_one() <= date(2024, 2, 1)


def test_demonstration_is_never_mixed_into_real_data(empty_db: Engine) -> None:
    with write_transaction(empty_db) as db:
        db.execute(text("INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('units', 'a.csv', 'x')"))

    with pytest.raises(UserError):
        load_demo(empty_db, date(2024, 3, 1))
    with read_transaction(empty_db) as db:
        assert count(db, "SELECT count(*) FROM grid.unit") == 0
