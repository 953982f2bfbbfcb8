"""A rate as people may see it: truncated, never rounded up, and with an interval when few were counted."""

from __future__ import annotations

from math import isnan, sqrt
from statistics import NormalDist

NOTHING = "—"
"""What stands for 0/0: neither 0 % nor 100 % (domain §11.1)."""

THIN_SPACE = "\u2009"


def truncate_percent(numerator: int, denominator: int) -> str:
    """A rate in percent, truncated, never rounded up.

    Worked in integers, so that no rate short of the whole ever prints 100 % (domain §11.4: display truncates).

    Parameters
    ----------
    numerator
        How many, an integer not below 0.
    denominator
        Out of how many, an integer not below 0.

    Returns
    -------
    text
        One decimal, U+2009 before the percent sign: 2999/3000 gives ``99.9 %``, 0/0 gives ``—``.

    Raises
    ------
    ValueError
        When a count is negative or the denominator is zero under a positive numerator.
    """
    _check(numerator, denominator)
    if denominator == 0:
        return NOTHING
    tenths = int(numerator) * 1000 // int(denominator)
    return f"{tenths // 10}.{tenths % 10}{THIN_SPACE}%"


def wilson_interval(numerator: int, denominator: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a rate.

    Shown beside a rate when the denominator is below 30 (domain §11.4). Source: E. B. Wilson, "Probable inference, the
    law of succession, and statistical inference", JASA 22 (1927) 209; recommended for small n by Brown, Cai and
    DasGupta, Statistical Science 16 (2001) 101-133.

    Parameters
    ----------
    numerator
        How many, an integer from 0 to the denominator.
    denominator
        Out of how many, an integer not below 0.
    confidence
        Between 0 and 1, both excluded.

    Returns
    -------
    low, high
        Shares from 0 to 1, both ends inclusive; ``(0.0, 1.0)`` for 0/0, where nothing is known.

    Raises
    ------
    ValueError
        When the counts are no share of a whole, or ``confidence`` is not between 0 and 1.
    """
    _check(numerator, denominator)
    if numerator > denominator:
        raise ValueError(f"{numerator} of {denominator} is not a share")
    if isnan(confidence) or not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    if denominator == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = numerator / denominator, z * z / denominator
    centre = (share + spread / 2) / (1 + spread)
    reach = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    low = 0.0 if numerator == 0 else max(0.0, centre - reach)
    high = 1.0 if numerator == denominator else min(1.0, centre + reach)
    return low, high


def _check(numerator: int, denominator: int) -> None:
    if numerator < 0 or denominator < 0 or (denominator == 0 and numerator > 0):
        raise ValueError(f"{numerator}/{denominator} is not a count of a whole")
