"""Numbers of today beside what somebody can do: the very counts of the map, as n/N."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.rollup.indicator_counts import headline_counts
from layers.number_format import counts_text


def count_of_indicator(key: str) -> Callable[[AppContext, View], str]:
    """The number of an indicator in the own area, for a ``Task``.

    Parameters
    ----------
    key
        Of the indicator.

    Returns
    -------
    count
        Gives n/N as of the view's day, counted as the map's headline is.
    """

    def counted(ctx: AppContext, view: View) -> str:
        found = ctx.cached_query(headline_counts, ctx.as_of_day(view), ctx.resolve_unit(None))
        return counts_text(int(found.loc[key, "numerator"]), int(found.loc[key, "denominator"]))

    return counted
