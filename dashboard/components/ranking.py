"""Worst first: units with a bar and n/N, or subjects with the word of their state; every row leads one step down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, translate
from geodata.rollup.rates import truncate_percent
from layers.number_format import counts_text, rate_text


@dataclass(frozen=True)
class UnitRow:
    """One unit of the ranking; ``fill`` is the CSS background of its class, ``share`` the bar's length from 0 to 1."""

    name: str
    numerator: int
    denominator: int
    share: float
    fill: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class SubjectRow:
    """One subject of the ranking; ``tone`` is the state's colour token, ``note`` what makes it worse or better."""

    name: str
    state: str
    note: str
    tone: str
    href: str
    chosen: bool


def unit_list(rows: Sequence[UnitRow], lang: Lang) -> Component:
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
        Rates truncated to 0.1 %.
    """
    return listed_rows([_unit(row, lang) for row in rows], "rank", lang)


def subject_list(rows: Sequence[SubjectRow], lang: Lang) -> Component:
    """The subjects as an ordered list; says so when there are none.

    Parameters
    ----------
    rows
        In the order they are shown, their words already said.
    lang
        The language wanted.

    Returns
    -------
    listing
        One link a subject.
    """
    return listed_rows([_subject(row) for row in rows], "rank subjects", lang)


def listed_rows(rows: list[Component], kind: str, lang: Lang) -> Component:
    """Rows of a ranking as an ordered list, a whole number of them in its window; says so when there are none.

    Parameters
    ----------
    rows
        In the order they are shown.
    kind
        CSS classes of the list.
    lang
        The language wanted.

    Returns
    -------
    listing
        A box as high as there is room.
    """
    if not rows:
        return html.P(translate("ui.ranking.none", lang), className="none")
    label = {"aria-label": translate("ui.ranking.list", lang)}
    listing = html.Ol([html.Li(row) for row in rows], className=kind, tabIndex=0, **label)
    return html.Div(listing, className="rank-box")


def _unit(row: UnitRow, lang: Lang) -> Component:
    bar = html.I(style={"width": f"{row.share * 100:.1f}%", "background": row.fill})
    return html.A(
        [
            html.Span(row.name, className="who"),
            html.Span(bar, className="track"),
            html.Span(counts_text(row.numerator, row.denominator), className="counts"),
            html.Span(truncate_percent(row.numerator, row.denominator), className="rate"),
        ],
        href=row.href,
        title=f"{row.name} {rate_text(row.numerator, row.denominator, lang)}",
        **{"data-soft": "", "aria-current": "true" if row.chosen else "false"},
    )


def _subject(row: SubjectRow) -> Component:
    return html.A(
        [
            html.Span(row.name, className="who"),
            html.Span(row.state, className=row.tone),
            html.Span(row.note, className="rate"),
        ],
        href=row.href,
        title=row.name,
        **{"data-soft": "", "aria-current": "true" if row.chosen else "false"},
    )
