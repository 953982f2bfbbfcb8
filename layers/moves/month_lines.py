"""The rate of every unit over the last months as small lines, all in one drawing, each a view of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd

from layers.layer import Layer
from layers.palette import Theme

WIDTH, HEIGHT, EDGE = 72, 20, 3
SVG = "http://www.w3.org/2000/svg"


def month_rates(frames: Sequence[pd.DataFrame], layer: Layer) -> dict[str, tuple[float | None, ...]]:
    """The drawn rate of every unit on several days.

    Parameters
    ----------
    frames
        ``count_indicator`` of the layer's indicator, one a day, the oldest first.
    layer
        The layer drawn.

    Returns
    -------
    rates
        ``{code: rates}`` of the units of the last day, from 0 to 1; None for 0/0 and where there was no such unit.
    """
    counted = [layer.count_pairs(frame) for frame in frames]
    return {
        code: tuple(_rate(pairs.get(code, (0, 0))) for pairs in counted) for code in (counted[-1] if counted else {})
    }


def month_lines_svg(
    rates: Mapping[str, Sequence[float | None]], days: Sequence[date], since: date | None, theme: Theme
) -> str:
    """The lines as one SVG; ``#u<code>`` shows that of one unit.

    Parameters
    ----------
    rates
        As :func:`month_rates` gives them.
    days
        Of the rates, the oldest first.
    since
        The day compared with, which is marked where it lies among them; None marks nothing.
    theme
        Gives the colours.

    Returns
    -------
    svg
        All lines from 0 to the highest rate of any, so that they can be compared; a gap where nothing was counted.
    """
    top = max((rate for line in rates.values() for rate in line if rate is not None), default=0.0) or 1.0
    span = max((days[-1] - days[0]).days, 1)
    across = [EDGE + (WIDTH - 2 * EDGE) * (day - days[0]).days / span for day in days]
    marked = EDGE + (WIDTH - 2 * EDGE) * (since - days[0]).days / span if since and since >= days[0] else None
    parts = []
    for place, (code, line) in enumerate(rates.items()):
        down = place * HEIGHT
        spots = [None if rate is None else HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * rate / top for rate in line]
        name = escape(code)
        parts.append(f'<view id="u{name}" viewBox="0 {down} {WIDTH} {HEIGHT}"/><g transform="translate(0 {down})">')
        if marked is not None:
            parts.append(f'<path d="M{marked:.1f} 1V{HEIGHT - 1}" stroke="{theme.line}"/>')
        parts += [_line(piece, theme) for piece in _pieces(across, spots)]
        if spots and spots[-1] is not None:
            parts.append(f'<circle cx="{across[-1]:.1f}" cy="{spots[-1]:.1f}" r="2" fill="{theme.ink}"/>')
        parts.append("</g>")
    size = f'viewBox="0 0 {WIDTH} {max(len(rates), 1) * HEIGHT}"'
    return f'<svg xmlns="{SVG}" {size} fill="none">{"".join(parts)}</svg>'


def _rate(pair: tuple[int, int]) -> float | None:
    return pair[0] / pair[1] if pair[1] else None


def _pieces(across: Sequence[float], spots: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """The runs of days without a gap."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(across, spots, strict=True):
        if y is None:
            pieces.append([])
        else:
            pieces[-1].append((x, y))
    return [piece for piece in pieces if piece]


def _line(piece: Sequence[tuple[float, float]], theme: Theme) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in piece)
    closed = "h.01" if len(piece) == 1 else ""
    return f'<path d="M{path}{closed}" stroke="{theme.mute}" stroke-width="1.4" stroke-linecap="round"/>'
