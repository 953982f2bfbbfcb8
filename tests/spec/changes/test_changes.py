"""How a unit's number changed between two days: in integers, with both counts told, better or worse by the layer."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geodata.levels import Level
from geodata.words.change_words import Change
from geodata.words.health_words import HealthState
from layers.catalog import discover
from layers.changes import change_layer, compare_frames, compared_legend, rank_changes
from layers.legend import build_legend, classify_rates, is_small
from tests.ascii_table import rows

OVERDUE, COVERAGE, FAILURES, HEALTH = (discover()[key] for key in ("overdue", "coverage", "failures", "health"))
MUCH = 5

RATES = """
layer    | before  | now     | change      | points | said
overdue  | 1/20    | 2/20    | much_worse  | 5      | ↑ 1/20 → 2/20
overdue  | 1/20    | 1/20    | same        | 0      | = 1/20
overdue  | 1/20    | 2/40    | same        | 0      | = 1/20 → 2/40
overdue  | 50/1000 | 99/1000 | worse       | 4.9    | ↑ 50/1000 → 99/1000
overdue  | 1/3     | 1/3     | same        | 0      | = 1/3
overdue  | 2/20    | 1/20    | much_better | -5     | ↓ 2/20 → 1/20
overdue  | 2/40    | 1/40    | better      | -2.5   | ↓ 2/40 → 1/40
overdue  | 0/0     | 1/20    |             |        | — → 1/20
overdue  | 1/20    | 0/0     |             |        | 1/20 → —
overdue  | 0/0     | 0/0     |             |        | —
overdue  |         | 1/20    |             |        | — → 1/20
coverage | 1/20    | 2/20    | much_better | 5      | ↑ 1/20 → 2/20
coverage | 2/40    | 1/40    | worse       | -2.5   | ↓ 2/40 → 1/40
failures | 19/20   | 18/20   | much_worse  | 5      | ↑ 1/20 → 2/20
failures | 20/20   | 20/20   | same        | 0      | = 0/20
"""


def frame(**counts: str) -> pd.DataFrame:
    """``count_indicator`` of units by code, counts as ``n/N``."""
    pairs = {code: [int(part) for part in said.split("/")] for code, said in counts.items()}
    made = pd.DataFrame.from_dict(pairs, orient="index", columns=["numerator", "denominator"])
    return made.assign(name=made.index)


def sums_of(units: pd.DataFrame) -> tuple[int, int]:
    return int(units["numerator"].sum()), int(units["denominator"].sum())


@pytest.mark.parametrize("row", rows(RATES), ids=lambda row: f"{row['layer']} {row['before']} to {row['now']}")
def test_a_rate_is_compared_in_integers(row):
    before = frame(A=row["before"]) if row["before"] else frame(B="1/1")
    found = compare_frames(before, frame(A=row["now"]), discover()[row["layer"]], MUCH, "zh").loc["A"]
    assert (found["state"] or "") == (row["change"] or "")
    assert found["said"] == row["said"]
    points = float(row["points"]) if row["points"] else None
    assert (None if pd.isna(found["points"]) else round(found["points"], 9)) == points


GRADES = """
before    | now       | change      | said
healthy   | vacant    | much_worse  | ↑ 健康 → 空岗
healthy   | silent    | worse       | ↑ 健康 → 近期无记录
untrained | untrained | same        | = 今年未培训
vacant    | untrained | much_better | ↓ 空岗 → 今年未培训
          | healthy   |             | — → 健康
"""


@pytest.mark.parametrize("row", rows(GRADES), ids=lambda row: f"{row['before']} to {row['now']}")
def test_a_grade_is_compared_by_its_steps(row):
    def graded(state: str | None) -> pd.DataFrame:
        return frame(A="1/1").assign(state=pd.Series([state], index=["A"], dtype=object))

    found = compare_frames(graded(row["before"]), graded(row["now"]), HEALTH, MUCH, "zh").loc["A"]
    assert (found["state"] or "", found["said"]) == (row["change"] or "", row["said"])


def test_every_class_of_change_is_a_class_of_the_legend_and_nothing_is_left_out():
    before = frame(A="2/20", B="2/20", C="2/20", D="2/40", E="1/40", F="0/0", G="1/4")
    now = frame(A="1/20", B="2/20", C="3/20", D="1/40", E="2/40", F="1/20", G="1/30")
    units = compare_frames(before, now, OVERDUE, MUCH, "zh")
    shown = change_layer(OVERDUE)
    days = date(2026, 1, 1), date(2026, 2, 1)
    made = build_legend(units, shown, (), level=Level.TOWN, lang="zh", small=5)
    legend = compared_legend(made, units, days, sums_of(before), MUCH, "zh")
    assert [row.key for row in legend.classes] == [*(word.value for word in Change), "none"]
    assert {row.key: row.units for row in legend.classes} == {
        "much_better": 2, "better": 1, "same": 1, "worse": 1, "much_worse": 1, "none": 1,
    }  # fmt: skip
    assert legend.sums == "10/144 → 11/190"
    assert dict(classify_rates(units, shown, ())) == {
        "A": "much_better", "B": "same", "C": "much_worse", "D": "better", "E": "worse", "F": "none",
        "G": "much_better",
    }  # fmt: skip
    assert list(units.index[is_small(units, shown, 5)]) == ["G"], "few on either day are few"
    assert list(rank_changes(units).index) == ["C", "E", "B", "D", "A", "G", "F"]


def test_no_grade_of_health_is_a_class_of_change():
    assert not {word.value for word in HealthState} & {word.value for word in Change}


def test_the_earlier_total_is_that_of_the_earlier_day_whatever_has_ended_since():
    """Town A was merged into B: what was counted in A then is in the total of then."""
    before, now = frame(A="3/10", B="2/10"), frame(B="5/20")
    units = compare_frames(before, now, OVERDUE, MUCH, "zh")
    days = date(2026, 1, 1), date(2026, 2, 1)
    made = build_legend(units, change_layer(OVERDUE), (), level=Level.TOWN, lang="zh", small=5)
    assert compared_legend(made, units, days, sums_of(before), MUCH, "zh").sums == "5/20 → 5/20"
    assert compared_legend(made, units, days, (0, 0), MUCH, "zh").sums == "— → 5/20", "the place was not there"


def test_grades_are_explained_by_steps_and_rates_by_points():
    days = date(2026, 1, 1), date(2026, 2, 1)
    told = {}
    for name, layer, state in (("rates", OVERDUE, None), ("grades", HEALTH, "healthy")):
        units = frame(A="1/1") if state is None else frame(A="1/1").assign(state=state)
        both = compare_frames(units, units, layer, MUCH, "zh")
        made = build_legend(both, change_layer(layer), (), level=Level.VILLAGE, lang="zh", small=5)
        told[name] = compared_legend(made, both, days, (1, 1), MUCH, "zh").definition
    assert ("百分点" in told["rates"], "百分点" in told["grades"], "两级" in told["grades"]) == (True, False, True)
