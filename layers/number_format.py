"""How counts and rates are written: ``31/142``, ``21.8 %``, ``—`` for 0/0, and the interval when few were counted."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from geodata.locale import Lang, translate
from geodata.rollup.rates import THIN_SPACE, truncate_percent, wilson_interval

FEW = 30
"""Below this denominator a rate is shown with its interval (domain §11.4)."""


def counts_text(numerator: int, denominator: int) -> str:
    """``n/N``, also for 0/0: a unit with nothing to count still says so.

    Parameters
    ----------
    numerator
        How many, an integer not below 0.
    denominator
        Out of how many, an integer not below 0.

    Returns
    -------
    text
        Without blanks or thousands signs.
    """
    return f"{int(numerator)}/{int(denominator)}"


def interval_text(numerator: int, denominator: int, lang: Lang | str) -> str:
    """The 95 % Wilson interval in whole percent, rounded outwards (domain §11.4).

    Parameters
    ----------
    numerator
        How many, an integer from 0 to the denominator.
    denominator
        Out of how many.
    lang
        Language of the words.

    Returns
    -------
    text
        Empty when :data:`FEW` (30) or more were counted, or none.

    Raises
    ------
    ValueError
        When the counts are no share of a whole.
    """
    if not 0 < denominator < FEW:
        return ""
    low, high = wilson_interval(int(numerator), int(denominator))
    return translate("layers.number.interval", lang, low=floor(low * 100), high=ceil(high * 100), space=THIN_SPACE)


def rate_text(numerator: int, denominator: int, lang: Lang | str) -> str:
    """Rate, counts and, when few were counted, the interval, in one line.

    Parameters
    ----------
    numerator
        How many, an integer from 0 to the denominator.
    denominator
        Out of how many.
    lang
        Language of the interval's words.

    Returns
    -------
    text
        Parts joined by `` · ``; the rate truncated to a tenth of a percent; 0/0 is ``— 0/0``.

    Raises
    ------
    ValueError
        When the counts are no share of a whole.
    """
    rate = truncate_percent(int(numerator), int(denominator))
    parts = [f"{rate} {counts_text(numerator, denominator)}", interval_text(numerator, denominator, lang)]
    return " · ".join(part for part in parts if part)


def percent_number(rate: float) -> str:
    """A break as people write it.

    Parameters
    ----------
    rate
        From 0 to 1.

    Returns
    -------
    text
        Percent without its sign, at most four digits: 0.05 gives ``5``, 0.125 gives ``12.5``.
    """
    return f"{rate * 100:.4g}"


def truncate_points(points: float | Fraction) -> float:
    """Percentage points as they may be written.

    Parameters
    ----------
    points
        By how many a rate rose.

    Returns
    -------
    points
        Truncated towards zero to a tenth, as rates are.
    """
    # what a float lacks of the tenth it stands for is less than any change of counts makes
    return int(points * 10 + (1e-9 if points > 0 else -1e-9)) / 10
