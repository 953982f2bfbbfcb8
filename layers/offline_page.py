"""The frame of the offline page: Leaflet from our own folder, styles, legends and hatches, all inline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from branca.element import Element

from layers.legend import Legend, LegendClass, Pattern
from layers.number_format import counts_text
from layers.palette import Theme, ThemeKey, css_variables, hatch_css, rgba
from layers.symbols.point_classes import PointClass
from layers.symbols.point_shapes import svg_outline

LEAFLET = "vendor/leaflet-1.9.4"
DOT = 0.65
"""Radius of a point for a diameter of one."""

DATA_ID = "grid-facts"
"""Where the page's script finds its data."""

_AS_CODES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&"})


class Verbatim(Element):
    """Text that comes out as it went in.

    Branca reads the text of any other element as the source of a Jinja template and runs it, after filling in whatever
    that element was given: a name of ``{{ 7*7 }}`` becomes 49.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """The text, whatever Branca hands over.

        Parameters
        ----------
        **_
            What Branca renders an element with; not used.

        Returns
        -------
        text
            As it was given.
        """
        return self.text


def data_block(facts: Mapping[str, Any]) -> str:
    """Data as a block the browser never runs; no text in it can end the block or begin a comment there.

    Parameters
    ----------
    facts
        Plain values: texts, whole and finite numbers, lists and dicts of them.

    Returns
    -------
    html
        A ``script`` of JSON with the id :data:`DATA_ID`.

    Raises
    ------
    ValueError
        A number is not finite.
    """
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_AS_CODES)
    return f'<script type="application/json" id="{DATA_ID}">{text}</script>'


@cache
def read_resource(path: str) -> str:
    """The text of a file that ships with this package.

    Parameters
    ----------
    path
        Path below ``layers``, with ``/``.

    Returns
    -------
    text
        Read as UTF-8, once a process.

    Raises
    ------
    FileNotFoundError
        No such file ships.
    """
    return resources.files("layers").joinpath(path).read_text(encoding="utf-8")


def page_head(title: str, theme: Theme) -> str:
    """Title, styles and scripts of the page, all inline; Leaflet's images, which nothing of ours uses, are left out.

    Parameters
    ----------
    title
        Title of the document, escaped here.
    theme
        Its tokens become CSS variables.

    Returns
    -------
    html
        What goes inside ``<head>``.
    """
    sheet = re.sub(r"url\([^)]*\)", "none", read_resource(f"{LEAFLET}/leaflet.css"))
    own = read_resource("offline_map.css")
    scripts = (read_resource(f"{LEAFLET}/leaflet.js"), read_resource("offline_map.js"))
    styles = f"<style>:root {{ {css_variables(theme)} }}\n{sheet}\n{own}</style>"
    closed = (re.sub(r"\n?//# sourceMappingURL=.*", "", text).replace("</script", "<\\/script") for text in scripts)
    return f"<title>{escape(title)}</title>{styles}" + "".join(f"<script>{text}</script>" for text in closed)


def fill_of(row: LegendClass, small: bool, theme: Theme, layer: str) -> str:
    """What fills a unit of a class.

    Parameters
    ----------
    row
        The unit's class.
    small
        Whether the unit is dotted as well.
    theme
        Gives the colour.
    layer
        Key of the layer.

    Returns
    -------
    fill
        ``#RRGGBB``, or ``url(#…)`` of the page's own pattern for a class hatched or dotted.
    """
    if row.pattern is Pattern.PLAIN and not small:
        return row.colour_in(theme.key)
    return f"url(#{pattern_id(row, small, layer)})"


def pattern_id(row: LegendClass, small: bool, layer: str) -> str:
    """The name of a pattern within the page.

    Parameters
    ----------
    row
        The class.
    small
        Whether it is dotted as well.
    layer
        Key of the layer.

    Returns
    -------
    name
        Layer and class, and ``-small`` when dotted.
    """
    return f"{layer}-{row.key}" + ("-small" if small else "")


def hatch_patterns(legends: Iterable[Legend], theme: Theme) -> str:
    """The hatches as SVG patterns over their class colours, for every class hatched or dotted.

    Parameters
    ----------
    legends
        The legends of all layers on the page.
    theme
        Gives the colours.

    Returns
    -------
    html
        An ``svg`` without size that holds the patterns, named by :func:`pattern_id`.
    """
    made = [
        _pattern(row, small, theme, legend.layer)
        for legend in legends
        for row in legend.classes
        for small in (False, True)
        if small or row.pattern is not Pattern.PLAIN
    ]
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>{"".join(made)}</defs></svg>'


def legend_panel(legend: Legend, theme: Theme, kinds: Sequence[tuple[PointClass, str]], heading: str) -> str:
    """The legend of one layer: swatch, class, n/N and number of units per row, and what its points mean.

    Parameters
    ----------
    legend
        The layer's legend; its rows are shown.
    theme
        Gives colours and hatches.
    kinds
        The kinds of point with their words, in the order they are told.
    heading
        Under which the definition is folded up.

    Returns
    -------
    html
        A ``section`` with ``data-layer``, hidden until the script shows it; text escaped.
    """
    return (
        f'<section class="panel legend" data-layer="{escape(legend.layer)}" hidden><b>{escape(legend.title)}</b> '
        f"{escape(legend.caption)}<br>{escape(legend.total)}<table>"
        + "".join(_legend_row(row, theme) for row in legend.rows)
        + f'</table><p class="dots">{"".join(_dot(*kind, theme) for kind in kinds)}</p>'
        + f'<details><summary>{escape(heading)}</summary><p class="definition">{escape(legend.definition)}</p>'
        + "</details></section>"
    )


def _dot(entry: PointClass, word: str, theme: Theme) -> str:
    path, fill = svg_outline(entry.shape, entry.size * DOT), getattr(theme, entry.token)
    drawn = (
        f'<svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><path d="{path}" fill="{fill}"/></svg>'
    )
    return f"<span>{drawn} {escape(word)}</span>"


def title_panel(title: str, notes: Iterable[str]) -> str:
    """Name, day and cautions at the top of the page.

    Parameters
    ----------
    title
        The page's name.
    notes
        Day and cautions in their order; empty ones are left out.

    Returns
    -------
    html
        A ``header``; text escaped.
    """
    words = " · ".join(escape(note) for note in notes if note)
    return f'<header class="panel title"><h1>{escape(title)}</h1><p>{words}</p></header>'


def watermark_html(words: str) -> str:
    """Faint words over the whole map.

    Parameters
    ----------
    words
        What is said, escaped here.

    Returns
    -------
    html
        A ``div`` hidden from readers of the screen.
    """
    return f'<div class="watermark" aria-hidden="true">{escape(words)}</div>'


def _legend_row(row: LegendClass, theme: Theme) -> str:
    hatches: Mapping[str, str] = hatch_css(theme)
    over = f"{hatches[row.pattern.value]}, " if row.pattern.value in hatches else ""
    counts = counts_text(row.numerator, row.denominator) if row.denominator else ""
    return (
        f'<tr><td class="word"><i class="swatch" style="background: {over}{row.colour_in(theme.key)}"></i></td>'
        f'<td class="word">{escape(row.label)}</td><td>{counts}</td><td>{escape(row.units_text)}</td></tr>'
    )


def _pattern(row: LegendClass, small: bool, theme: Theme, layer: str) -> str:
    paper = theme.card if theme.key is ThemeKey.LIGHT else theme.canvas
    inks = {Pattern.WORST: rgba(paper, 0.55), Pattern.LOW: rgba(theme.danger, 0.6), Pattern.NONE: theme.hatch}
    shapes = [f'<rect width="8" height="8" fill="{row.colour_in(theme.key)}"/>']
    if row.pattern in inks:
        path = "M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6"
        shapes.append(f'<path d="{path}" stroke="{inks[row.pattern]}" stroke-width="1.1"/>')
    if small:
        shapes.append(f'<circle cx="4" cy="4" r="0.8" fill="{rgba(theme.ink, 0.4)}"/>')
    name = pattern_id(row, small, layer)
    return f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">{"".join(shapes)}</pattern>'
