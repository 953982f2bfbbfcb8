"""The posts held below a unit as lines of its chain card, each the way to its list."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.chain_card import Below
from dashboard.request.view import View
from geodata.responsibility.staffing import Staffed

WANTING = {"posts_filled": "vacant", "chain_complete": "broken"}
"""The state that lists the places without a holder, per indicator."""


def staffing_below(lines: Sequence[Staffed], view: View, address: str) -> list[Below]:
    """The lines, linked to the list of the wanting places on the unit's page at ``address``.

    Parameters
    ----------
    lines
        What ``count_staffing`` gives.
    view
        Where the links start from.
    address
        Path of the unit's page.

    Returns
    -------
    below
        As many, in the same order.
    """
    return [Below(line.level, line.role, line.held, line.total, _list(view, address, line.indicator)) for line in lines]


def _list(view: View, address: str, indicator: str) -> str:
    return view.link_to(address, indicator=indicator, only=WANTING[indicator])
