"""Classes and legends: counts decide, breaks belong upward, 0/0 is no class of the ramp."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from geodata.levels import Level
from layers.catalog import discover
from layers.legend import NONE, Pattern, build_legend, class_keys, class_label, classify_rates, count_texts, is_small
from layers.moves.rank_units import rank_units

OVERDUE = discover()["overdue"]
COVERAGE = discover()["coverage"]
FAILURES = discover()["failures"]
HEALTH = discover()["health"]


def frame(*pairs: tuple[int, int]) -> pd.DataFrame:
    """A frame as ``measure`` gives it, one village per pair of numerator and denominator."""
    codes = [f"22060200{place:04d}" for place in range(len(pairs))]
    rows = {
        "name": [f"{place}村" for place in range(len(pairs))],
        "numerator": [part for part, _ in pairs],
        "denominator": [whole for _, whole in pairs],
        "beside": 0,
    }
    return pd.DataFrame(rows, index=pd.Index(codes, name="unit_code"))


@pytest.mark.parametrize(
    ("pair", "key"),
    [
        ((0, 40), "c1"),
        ((1, 21), "c1"),
        ((1, 20), "c2"),  # 5 % exactly: the break belongs to the class above
        ((149, 1000), "c2"),
        ((3, 20), "c3"),  # 15 % exactly, which floats only nearly reach
        ((299, 1000), "c3"),
        ((3, 10), "c4"),
        ((10, 10), "c4"),
        ((0, 0), NONE),
    ],
)
def test_a_unit_is_classed_by_its_counts(pair, key):
    assert classify_rates(frame(pair), OVERDUE, (0.05, 0.15, 0.3)).tolist() == [key]


def test_failures_are_shaded_by_what_failed():
    assert FAILURES.count_pairs(frame((98, 100))) == {"220602000000": (2, 100)}
    assert classify_rates(frame((98, 100), (0, 0)), FAILURES, (0.01, 0.02, 0.1)).tolist() == ["c3", NONE]


@pytest.mark.parametrize("breaks", [(0.3, 0.15), (0.1, 0.1), (0.0, 0.5), (0.5, 1.2)])
def test_breaks_must_rise_within_the_whole(breaks):
    with pytest.raises(ValueError, match="breaks of overdue"):
        classify_rates(frame((1, 2)), OVERDUE, breaks)


def test_few_counted_is_not_none_counted():
    assert is_small(frame((0, 0), (1, 4), (1, 5)), OVERDUE).tolist() == [False, True, False]
    assert is_small(frame((1, 9)), OVERDUE, small=10).tolist() == [True]


def test_a_legend_accounts_for_every_unit():
    made = build_legend(frame((0, 40), (1, 4), (2, 8), (0, 0)), OVERDUE, (0.05, 0.15, 0.3), level=Level.VILLAGE)
    assert [(row.key, row.units, row.numerator, row.denominator) for row in made.classes] == [
        ("c1", 1, 0, 40),
        ("c2", 0, 0, 0),
        ("c3", 2, 3, 12),
        ("c4", 0, 0, 0),
        (NONE, 1, 0, 0),
    ]
    assert (made.numerator, made.denominator) == (3, 52)
    assert made.small.units == 1
    assert [row.label for row in made.classes][:4] == ["0–5\u2009%", "5–15\u2009%", "15–30\u2009%", "30\u2009% 以上"]


def test_the_worst_class_differs_by_more_than_colour():
    rows = frame((1, 2))
    up = build_legend(rows, OVERDUE, (0.05, 0.15, 0.3), level=Level.TOWN)
    down = build_legend(rows, COVERAGE, (0.6, 0.8, 1.0), level=Level.TOWN, lang="en")
    assert [row.pattern for row in up.classes] == [*[Pattern.PLAIN] * 3, Pattern.WORST, Pattern.NONE]
    assert [row.pattern for row in down.classes] == [Pattern.LOW, *[Pattern.PLAIN] * 3, Pattern.NONE]
    assert down.classes[3].label == "100\u2009%"


def test_no_data_is_never_a_colour_of_the_ramp():
    for layer in discover().values():
        made = build_legend(frame((1, 2)), layer, layer.breaks, level=Level.VILLAGE)
        *ramped, none = made.classes
        assert none.light not in {row.light for row in ramped}
        assert none.dark not in {row.dark for row in ramped}


def test_units_without_a_boundary_are_told():
    rows = frame((1, 2), (3, 4))
    made = build_legend(rows, OVERDUE, (0.5,), level=Level.VILLAGE, drawn={rows.index[0]})
    assert made.undrawn.units == 1
    assert made.undrawn in made.rows


def test_an_empty_frame_has_a_legend():
    made = build_legend(frame(), OVERDUE, (0.05, 0.15, 0.3), level=Level.VILLAGE)
    assert [row.units for row in made.rows] == [0, 0, 0, 0]


def graded(*states: str | None) -> pd.DataFrame:
    """Villages of these grades."""
    counts = [(1, 1) if state == "healthy" else (0, 1 if state else 0) for state in states]
    return frame(*counts).assign(state=[*states])


def test_a_village_is_classed_by_its_grade_and_never_dotted():
    rows = graded("vacant", "healthy", "silent", "vacant", None)
    assert classify_rates(rows, HEALTH, HEALTH.breaks).tolist() == ["vacant", "healthy", "silent", "vacant", NONE]
    assert not is_small(rows, HEALTH, 5).any()
    made = build_legend(rows, HEALTH, HEALTH.breaks, level=Level.VILLAGE)
    assert [(row.key, row.label, row.units, row.numerator, row.denominator) for row in made.rows] == [
        ("healthy", "健康", 1, 0, 1),
        ("silent", "近期无记录", 1, 1, 1),
        ("untrained", "今年未培训", 0, 0, 0),
        ("overloaded", "超负荷", 0, 0, 0),
        ("vacant", "空岗", 2, 2, 2),
        ("none", "无网格", 1, 0, 0),
    ]
    assert [row.pattern for row in made.classes] == [*[Pattern.PLAIN] * 4, Pattern.WORST, Pattern.NONE]
    assert len({row.light for row in made.classes}) == len({row.dark for row in made.classes}) == 6
    assert [*count_texts(rows, HEALTH, made).values()] == ["空岗", "健康", "近期无记录", "空岗", "—"]


def test_above_the_villages_the_same_layer_is_classed_by_rates():
    rows = frame((10, 10), (3, 4), (0, 2))
    assert classify_rates(rows, HEALTH, (0.1, 0.25, 0.5)).tolist() == ["c1", "c3", "c4"]
    made = build_legend(rows, HEALTH, (0.1, 0.25, 0.5), level=Level.TOWN)
    assert [row.key for row in made.classes] == [*class_keys((0.1, 0.25, 0.5))]
    assert [*count_texts(rows, HEALTH, made).values()] == ["0/10", "1/4", "2/2"]
    assert is_small(rows, HEALTH, 5).tolist() == [False, True, True]


def test_the_keys_of_grades_are_words_of_their_own():
    assert class_keys((0.5,), HEALTH.grades) == ("healthy", "silent", "untrained", "overloaded", "vacant", "none")
    assert class_label("vacant", HEALTH, (0.5,), "en") == "Vacant"
    assert class_label("c2", HEALTH, (0.5,), "en").startswith("50")


def test_the_gravest_come_first():
    rows = graded("silent", "healthy", "vacant", "untrained", "overloaded")
    ranked = rank_units(rows, HEALTH, 5)
    assert rows.loc[ranked.index, "state"].tolist() == ["vacant", "overloaded", "untrained", "silent", "healthy"]
    assert ranked["rate"].tolist() == [1, 1, 1, 1, 0]
    unknown = rank_units(graded(None, "healthy", None), HEALTH, 5)
    assert unknown["denominator"].tolist() == [1, 0, 0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_grades_are_told_apart_in_grey(theme):
    """The tones run one way, each a step the eye sees without colour (CIE L* 6 at least)."""
    made = build_legend(graded("healthy"), HEALTH, HEALTH.breaks, level=Level.VILLAGE)
    tones = [lightness(row.colour_in(theme)) for row in made.classes if row.key != NONE]
    steps = [second - first for first, second in pairwise(tones)]
    assert all(step >= 6 for step in steps) or all(step <= -6 for step in steps)


def lightness(colour: str) -> float:
    """CIE L* of ``#RRGGBB``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(116 * (0.2126 * red + 0.7152 * green + 0.0722 * blue) ** (1 / 3) - 16)


def test_one_unit_is_said_as_one():
    made = build_legend(frame((0, 40), (2, 8), (2, 8)), OVERDUE, (0.05, 0.15, 0.3), level=Level.TOWN, lang="en")
    assert [row.units_text for row in made.classes] == ["1 town", "0 towns", "2 towns", "0 towns", "0 towns"]
