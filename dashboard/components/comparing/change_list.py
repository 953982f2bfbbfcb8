"""Units by what changed between two days: the line of the last months, both counts, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from dash import html
from dash.development.base_component import Component

from dashboard.components.ranking import listed_rows
from geodata.locale import Lang, translate
from layers.number_format import truncate_points

MOST_LINES = 200
"""Units that have a line of months: of more, a browser would draw long."""


@dataclass(frozen=True)
class ChangeRow:
    """One unit: ``said`` is arrow and n/N → n/N, ``points`` by how much, ``line`` the address of its line of months."""

    name: str
    said: str
    points: str
    fill: str
    href: str
    line: str
    chosen: bool


def points_text(points: float | None) -> str:
    """Percentage points with their sign, truncated towards zero to 0.1.

    Parameters
    ----------
    points
        By how many a rate rose; None where there is nothing to compare.

    Returns
    -------
    text
        ``+12.5``, ``−3.0``, ``0``; ``+<0.1`` for less than can be written, "" for None.
    """
    if points is None or isnan(points):
        return ""
    if points == 0:
        return "0"
    sign, written = "+" if points > 0 else "−", abs(truncate_points(points))
    return f"{sign}{written:.1f}" if written else f"{sign}<0.1"


def change_list(rows: Sequence[ChangeRow], lang: Lang) -> Component:
    """The units as an ordered list; says so when there are none.

    Parameters
    ----------
    rows
        In the order they are shown.
    lang
        The language wanted.

    Returns
    -------
    listing
        Every row leads one step down.
    """
    lines: list[Component] = [_row(row, lang, lined=place < MOST_LINES) for place, row in enumerate(rows)]
    return listed_rows(lines, "rank changes", lang)


def _row(row: ChangeRow, lang: Lang, *, lined: bool) -> Component:
    alt = translate("ui.compare.months", lang, name=row.name)
    line = html.Img(src=row.line, alt=alt, className="months") if lined else html.Span()
    return html.A(
        [
            html.Span(className="swatch", style={"background": row.fill}),
            html.Span(row.name, className="who"),
            line,
            html.Span(row.said, className="said"),
            html.Span(row.points, className="rate"),
        ],
        href=row.href,
        title=" ".join(filter(None, (row.name, row.said, row.points))),
        **{"data-soft": "", "aria-current": "true" if row.chosen else "false"},
    )
