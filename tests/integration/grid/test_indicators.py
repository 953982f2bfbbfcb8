"""Every indicator found in the folder keeps its promises: on a world, on nothing, before anything, on the district."""

from datetime import date

import pytest

from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.locale import Lang, read_catalogue
from geodata.rollup.indicator_counts import (
    count_indicator,
    headline_counts,
    list_counted_rows,
    measure_subjects,
    state_counts,
)
from tests.builders import small_world

KEYS = list(INDICATORS)
DAY = date(2026, 3, 1)


@pytest.mark.parametrize("key", KEYS)
def test_counts_are_the_rows(demo_district, key):
    """For every village of the demonstration district: the number and its list agree, and levels add up."""
    day = date(2026, 11, 22)
    with demo_district.connect() as db:
        found = {level: count_indicator(db, key, level, day) for level in (Level.VILLAGE, Level.TOWN, Level.DISTRICT)}
        rows, states = list_counted_rows(db, key, day), state_counts(db, key, day)
        whole = headline_counts(db, day).loc[key]
    assert len(rows) == sum(states.values()) > 0
    counted = rows[rows["counted"]].groupby("unit_code")["hit"].agg(["sum", "size"])
    villages = found[Level.VILLAGE]
    assert counted["sum"].reindex(villages.index).fillna(0).astype(int).tolist() == villages["numerator"].tolist()
    assert counted["size"].reindex(villages.index).fillna(0).astype(int).tolist() == villages["denominator"].tolist()
    for level in (Level.TOWN, Level.DISTRICT):
        assert (
            found[level][["numerator", "denominator", "beside"]].sum().tolist()
            == villages[["numerator", "denominator", "beside"]].sum().tolist()
        )
    assert whole["denominator"] == found[Level.DISTRICT]["denominator"].iloc[0]
    assert (villages["numerator"] <= villages["denominator"]).all()


@pytest.mark.parametrize("key", KEYS)
def test_asked_within_a_town_it_says_what_the_whole_says_of_that_town(demo_district, key):
    day = date(2026, 11, 22)
    with demo_district.connect() as db:
        whole = count_indicator(db, key, Level.TOWN, day)
        code = whole["denominator"].idxmax()
        part = count_indicator(db, key, Level.TOWN, day, within=code)
    assert part.drop(columns="rate").loc[code].to_dict() == whole.drop(columns="rate").loc[code].to_dict()


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_database_has_empty_numbers(db, key):
    assert count_indicator(db, key, Level.VILLAGE, DAY).empty
    assert list_counted_rows(db, key, DAY).empty
    assert measure_subjects(db, key, DAY).empty
    assert set(state_counts(db, key, DAY).values()) == {0}


@pytest.mark.parametrize("key", KEYS)
def test_a_day_before_any_data_has_no_rate(db, key):
    world = small_world(db)
    day = date(2001, 1, 1) if INDICATORS[key].grain != "village" else date(2000, 1, 2)
    frame = count_indicator(world.db, key, Level.VILLAGE, day)
    assert len(frame) == 3
    assert frame["numerator"].sum() == 0
    assert frame["rate"].isna().all() or INDICATORS[key].grain == "village"


@pytest.mark.parametrize("key", KEYS)
def test_every_state_has_its_word(key):
    for lang in Lang:
        for state in INDICATORS[key].states:
            assert read_catalogue(lang)[f"{INDICATORS[key].states.__name__}.{state.value}"]
        for word in ("label", "short", "definition", "numerator", "denominator"):
            assert read_catalogue(lang)[f"indicator.{key}.{word}"]
