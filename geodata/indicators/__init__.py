"""The indicators: one file each, found by name; ``INDICATORS`` maps key → Indicator in display order."""

from __future__ import annotations

from geodata.errors import NotFound
from geodata.indicator import Indicator
from geodata.plugins import discover

INDICATORS = discover(__name__, "INDICATOR", Indicator)


def get_indicator(key: str) -> Indicator:
    """The indicator of a key.

    Parameters
    ----------
    key
        Its key, the name of its file.

    Returns
    -------
    indicator
        The one of that key.

    Raises
    ------
    NotFound
        No indicator has that key; those there are, are named.
    """
    try:
        return INDICATORS[key]
    except KeyError:
        raise NotFound("error.indicator_unknown", key=key, known=", ".join(INDICATORS)) from None


__all__ = ["INDICATORS", "Indicator", "get_indicator"]
