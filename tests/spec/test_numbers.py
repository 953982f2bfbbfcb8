"""Numbers as they are read out (domain §11.1, §11.4, §11.16): n/N, truncated, honest about nothing and about few."""

import pandas as pd
import pytest

from geodata.rollup.rates import truncate_percent, wilson_interval
from layers.catalog import discover
from layers.legend import classify_rates, is_small


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(2999, 3000, "99.9"), (3000, 3000, "100.0"), (1, 3, "33.3"), (2, 3, "66.6"), (0, 5, "0.0"), (0, 0, "—")],
)
def test_rates_are_truncated_never_rounded_up(numerator, denominator, shown):
    assert truncate_percent(numerator, denominator).split("\u2009")[0] == shown


def test_hundred_percent_of_few_is_said_with_its_interval():
    """37 of 37 may be as low as 90.6 %, 300 of 300 as low as 98.7 % (Wilson, 95 %)."""
    assert [round(wilson_interval(n, n)[0], 3) for n in (37, 300)] == [0.906, 0.987]


@pytest.mark.parametrize("key", [layer.key for layer in discover().values()])
def test_a_unit_without_any_counted_row_is_in_no_class_of_the_ramp(key):
    layer = discover()[key]
    frame = pd.DataFrame({"numerator": [0, 0, 4], "denominator": [0, 4, 4]}, index=["none", "zero", "all"])
    classes = classify_rates(frame, layer, layer.breaks)
    assert classes["none"] == "none"
    assert "none" not in {classes["zero"], classes["all"]}


def test_villages_with_fewer_than_five_subjects_are_marked():
    frame = pd.DataFrame({"numerator": [0, 0, 0], "denominator": [0, 4, 5]}, index=["none", "few", "enough"])
    assert is_small(frame, discover()["overdue"], 5).to_dict() == {"none": False, "few": True, "enough": False}
