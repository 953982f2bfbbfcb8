"""Chips: ways to pick rows out of a list, each with how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def filter_chip(word: str, count: int, href: str, *, chosen: bool) -> Component:
    """One chip, a link.

    Parameters
    ----------
    word
        What it picks.
    count
        How many rows that is.
    href
        The address with it picked.
    chosen
        Whether it is picked now.

    Returns
    -------
    chip
        The link.
    """
    inside = [word, html.Span(str(count), className="count")]
    return html.A(inside, href=href, **{"data-soft": "", "aria-current": "true" if chosen else "false"})


def filter_chips(named: str, items: Sequence[Component]) -> Component:
    """A row of chips.

    Parameters
    ----------
    named
        What a screen reader calls the row.
    items
        The chips in their order.

    Returns
    -------
    chips
        A navigation of links.
    """
    return html.Nav(list(items), className="chips", **{"aria-label": named})
