"""The strip of headline figures: figure, n/N and, when few were counted, the interval; the definition on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, translate
from geodata.rollup.rates import THIN_SPACE, truncate_percent
from layers.number_format import FEW, counts_text, interval_text


@dataclass(frozen=True)
class Tile:
    """One headline figure: ``counted`` shows n/N large and the rate below; ``tone`` colours it."""

    key: str
    numerator: int
    denominator: int
    href: str
    chosen: bool
    counted: bool = False
    tone: str = ""


def headline_tiles(items: Sequence[Tile], lang: Lang) -> list[Component]:
    """The tiles as links to the layer each belongs to.

    Parameters
    ----------
    items
        The figures in their order; ``key`` is an indicator's.
    lang
        The language wanted.

    Returns
    -------
    tiles
        Rates truncated to 0.1 %; a dash where nothing was counted, † where fewer than ``FEW`` were (domain §11.4).
    """
    return [_tile(item, lang) for item in items]


def _tile(item: Tile, lang: Lang) -> Component:
    rate, counts = truncate_percent(item.numerator, item.denominator), counts_text(item.numerator, item.denominator)
    counted = item.counted and item.denominator > 0
    hint = [translate(f"indicator.{item.key}.definition", lang), interval_text(item.numerator, item.denominator, lang)]
    below = rate if counted else counts
    few = "†" if 0 < item.denominator < FEW else ""
    return html.A(
        [
            html.Div(translate(f"indicator.{item.key}.short", lang), className="name"),
            html.Div(_figure(counts if counted else rate), className=f"figure {item.tone}".strip()),
            html.Div(below + few, className="below"),
        ],
        href=item.href,
        className="card tile",
        title="\n".join(part for part in hint if part),
        **{"data-soft": "", "aria-current": "true" if item.chosen else "false"},
    )


def _figure(text: str) -> list[Component | str]:
    sign = "/" if "/" in text else THIN_SPACE
    number, found, unit = text.partition(sign)
    number = "100" if number == "100.0" else number  # all of them: nothing was truncated
    return [number, html.Small(found + unit)] if found else [text]
