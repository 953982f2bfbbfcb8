"""Cards and tables of pages that need no script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, translate


def card(title: str, *inside: Component, beside: object = "") -> Component:
    """A card with its heading.

    Parameters
    ----------
    title
        The heading.
    *inside
        What stands below it.
    beside
        At the heading's right: a component, or anything as muted text.

    Returns
    -------
    card
        A section.
    """
    aside = beside if isinstance(beside, Component) else html.Span(str(beside), className="mute")
    return html.Section([html.Div([html.H2(title), aside], className="card-head"), *inside], className="card")


def _shown(cell: object) -> object:
    """A day is never broken in two."""
    return html.Time(cell.isoformat(), dateTime=cell.isoformat()) if isinstance(cell, date) else cell


def html_table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], label: str, lang: Lang, *, stacked: bool = False
) -> Component:
    """A list as an HTML table, whole numbers at the right of their column; without rows, a sentence.

    Parameters
    ----------
    heads
        Headings of the columns.
    rows
        As many cells each as there are headings; days as ISO text. The first row says which columns hold numbers.
    label
        What a screen reader calls the table.
    lang
        The language of the sentence.
    stacked
        On a phone each row is a block, in which every cell says its heading.

    Returns
    -------
    table
        It scrolls sideways inside itself.

    Raises
    ------
    ValueError
        A row has more or fewer cells than there are headings.
    """
    if not rows:
        return html.P(translate("ui.list.none", lang), className="none")
    sides = [{"className": "num"} if isinstance(cell, int) else {} for cell in rows[0]]
    head = html.Thead(html.Tr([html.Th(text, scope="col", **side) for text, side in zip(heads, sides, strict=True)]))
    named = [side | ({"data-head": text} if stacked else {}) for text, side in zip(heads, sides, strict=True)]
    body = html.Tbody(
        [html.Tr([html.Td(_shown(cell), **side) for cell, side in zip(row, named, strict=True)]) for row in rows]
    )
    inside = html.Table([head, body], className="plain-table wide")
    return html.Div(inside, className="scroller", tabIndex=0, role="region", **{"aria-label": label})
