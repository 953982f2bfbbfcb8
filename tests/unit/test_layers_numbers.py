"""How rates are written: truncated, with n/N, and with an interval when few were counted."""

from __future__ import annotations

import pytest

from geodata.rollup.rates import truncate_percent, wilson_interval
from layers.number_format import counts_text, interval_text, percent_number, rate_text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (2999, 3000, "99.9\u2009%"),
        (3000, 3000, "100.0\u2009%"),
        (0, 7, "0.0\u2009%"),
        (1, 3, "33.3\u2009%"),
        (2, 3, "66.6\u2009%"),
        (715, 782, "91.4\u2009%"),
        (29, 100, "29.0\u2009%"),  # 28.999… as a float
        (0, 0, "—"),
    ],
)
def test_a_rate_is_truncated(part, whole, text):
    assert truncate_percent(part, whole) == text


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 3), (1, -3)])
def test_what_is_no_count_is_refused(part, whole):
    with pytest.raises(ValueError, match="not a count"):
        truncate_percent(part, whole)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_is_the_published_one(part, whole, low, high):
    assert wilson_interval(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_knows_its_limits():
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(5, 5)[1] == 1.0
    with pytest.raises(ValueError, match="not a share"):
        wilson_interval(6, 5)
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 5, confidence=1.0)


def test_an_interval_stands_only_beside_few():
    assert interval_text(3, 30, "zh") == ""
    assert interval_text(0, 0, "zh") == ""
    assert interval_text(8, 10, "zh") == "95\u2009% 区间 49–95\u2009%"  # rounded outwards


def test_a_rate_never_comes_without_its_counts():
    assert rate_text(31, 142, "zh") == "21.8\u2009% 31/142"
    assert rate_text(0, 0, "zh") == "— 0/0"
    assert rate_text(8, 10, "en").startswith("80.0\u2009% 8/10 · 95\u2009% interval")
    assert counts_text(0, 0) == "0/0"


def test_a_break_is_written_as_people_do():
    assert [percent_number(rate) for rate in (0.05, 0.125, 1.0, 0.005)] == ["5", "12.5", "100", "0.5"]
