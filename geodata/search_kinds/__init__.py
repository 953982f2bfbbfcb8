"""What is found by the search, one file per kind with ``SEARCHED``; ``search_kinds`` maps key → kind, in their order.

Nothing here is for others.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

from geodata.plugins import discover
from geodata.search_kinds._search_kind import Feed, Opens, SearchKind

__all__ = ["Feed", "Opens", "SearchKind", "search_kind_rows", "search_kinds"]


@cache
def search_kinds() -> dict[str, SearchKind]:
    """Every kind of thing that is found.

    Returns
    -------
    kinds
        Key → kind, by ``order``.
    """
    return discover(__name__, "SEARCHED", SearchKind)


def search_kind_rows() -> list[dict[str, object]]:
    """Give the rows of ``grid.search_kind``.

    Returns
    -------
    rows
        Column → value of each kind.
    """
    return [
        {
            "key": kind.key,
            "order_no": kind.order,
            "entries": kind.entries,
            "feeds": [asdict(feed) for feed in kind.feeds],
        }
        for kind in search_kinds().values()
    ]
