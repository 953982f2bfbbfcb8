"""What stands on a printed map beside the map: labels with halo, legend, scale bar and watermark."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from geodata.crs import STORED_EPSG, transformer
from geodata.locale import Lang, translate
from layers.legend import Pattern
from layers.palette import Theme
from layers.symbols.point_shapes import OUTLINES, PointShape

INKED = {Pattern.WORST: "card", Pattern.LOW: "danger", Pattern.NONE: "hatch"}
"""Pattern of a class → the theme's colour of its lines."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from layers.inset.inset_facts import Inset
    from layers.legend import Legend, LegendClass
    from layers.symbols.point_classes import PointClass


def draw_labels(
    axes: Axes, renderer: RendererBase, features: Sequence[dict[str, Any]], epsg: int, theme: Theme
) -> None:
    """Names with n/N under them; towns first, then by weight, and none over another.

    Parameters
    ----------
    axes
        The map, with its limits already set, in ``epsg``.
    renderer
        Measures the words.
    features
        Labels of :class:`layers.overlay.Overlay`, points in EPSG:4490 degrees.
    epsg
        CRS of the axes.
    theme
        Gives ink, halo and the colour of marks.
    """
    project = transformer(STORED_EPSG, epsg)
    axes.apply_aspect()
    taken: list[Any] = []
    texts = [(item["properties"], item["geometry"]["coordinates"]) for item in features]
    for text, place in sorted(texts, key=lambda item: (not item[0]["major"], -item[0]["weight"], item[0]["code"])):
        major = text["major"]
        x, y = project.transform(*place)
        words = "\n".join(word for word in (text["name"], text["count"], text["mark"]) if word)
        drawn = axes.text(
            x,
            y,
            words,
            ha="center",
            va="center",
            fontsize=9.5 if major else 6.5,
            fontweight="bold" if major else "normal",
            color=theme.danger if text["mark"] else theme.ink,
            linespacing=1.15,
            zorder=7 if major else 6,
            path_effects=[withStroke(linewidth=2.4, foreground=theme.canvas)],
        )
        box = drawn.get_window_extent(renderer)
        if any(box.overlaps(other) for other in taken):
            drawn.remove()
        else:
            taken.append(box)


def draw_scale_bar(axes: Axes, theme: Theme, lang: Lang | str) -> None:
    """A bar of 1, 2 or 5 times a power of ten kilometres, at most a sixth of the map wide, at the lower right.

    Parameters
    ----------
    axes
        The map, with its limits already set, in metres.
    theme
        Gives the ink.
    lang
        Language of the unit's word.
    """
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    wish = (east - west) / 6 / 1000
    power = 10 ** floor(log10(wish))
    length = max(step * power for step in (1, 2, 5) if step * power <= wish)
    right, base = east - (east - west) * 0.02, south + (north - south) * 0.02
    tick = (north - south) * 0.008
    left = right - length * 1000
    path = [(left, base + tick), (left, base), (right, base), (right, base + tick)]
    axes.add_line(Line2D([x for x, _ in path], [y for _, y in path], color=theme.ink, linewidth=0.9, zorder=8))
    words = translate("layers.static.kilometres", lang, n=f"{length:g}")
    axes.text(
        (left + right) / 2, base + tick * 1.4, words, ha="center", va="bottom", fontsize=8, color=theme.ink, zorder=8
    )


def marker_of(shape: PointShape) -> Path:
    """The outline of a kind of point as Matplotlib draws it.

    Parameters
    ----------
    shape
        Which.

    Returns
    -------
    path
        Closed, y upward.
    """
    corners = OUTLINES[shape]
    return Path([(x, -y) for x, y in (*corners, corners[0])], closed=True)


def draw_legend(
    figure: Figure, legend: Legend, theme: Theme, kinds: Sequence[tuple[PointClass, str, int]] = ()
) -> None:
    """The classes from the lowest rate, each with its pattern, n/N and number of units, in a card at the lower left.

    Under them the kinds of point, two beside each other.

    Parameters
    ----------
    figure
        The sheet.
    legend
        Its rows are drawn.
    theme
        Gives colours and inks.
    kinds
        ``point_legend``: kind, word and number of subjects.
    """
    rows = legend.rows
    step, width, bottom = 0.026, 0.34, 0.105
    height = step * (len(rows) + 1.7 + (len(kinds) + 1) // 2)
    card = Rectangle(
        (0.045, bottom), width, height, facecolor=theme.card, edgecolor=theme.line, linewidth=0.8, zorder=9
    )
    card.set_transform(figure.transFigure)
    figure.add_artist(card)
    top = bottom + height - step * 0.85
    style: dict[str, Any] = {"va": "center", "zorder": 11}
    title = figure.text(0.06, top, legend.title, fontsize=9, fontweight="bold", color=theme.ink, **style)
    # of two days the sheet's second line says the sums
    total = "" if legend.sums else legend.total
    _keep_apart(
        title, figure.text(0.045 + width - 0.015, top, total, fontsize=8, color=theme.mute, ha="right", **style)
    )
    for place, row in enumerate(rows):
        y = top - step * (place + 1.05)
        _swatch(figure, row, y, theme)
        label = figure.text(0.11, y, row.label, fontsize=8.5, color=theme.ink, **style)
        beside = {"fontsize": 8, "color": theme.mute, "ha": "right", **style}
        nearest = figure.text(0.045 + width - 0.015, y, row.units_text, **beside)
        if row.denominator:
            nearest = figure.text(0.295, y, f"{row.numerator}/{row.denominator}", **beside)
        _keep_apart(label, nearest)
    for place, (entry, word, number) in enumerate(kinds):
        x, y = 0.068 + place % 2 * width / 2, top - step * (len(rows) + 1.05 + place // 2)
        look: dict[str, Any] = {"marker": marker_of(entry.shape), "markersize": entry.size * 0.62, "linestyle": "none"}
        colours = {
            "markerfacecolor": getattr(theme, entry.token),
            "markeredgecolor": theme.rim,
            "markeredgewidth": 0.45,
        }
        figure.add_artist(Line2D([x], [y], transform=figure.transFigure, zorder=11, **look, **colours))
        figure.text(x + 0.014, y, f"{word} {number}", fontsize=8, color=theme.ink, **style)


def draw_inset(figure: Figure, inset: Inset, theme: Theme) -> None:
    """The part where small units crowd, larger, in a card at the left above the legend.

    Parameters
    ----------
    figure
        The sheet.
    inset
        What is drawn, filled.
    theme
        Gives the colours.
    """
    width, sheet = 0.3, figure.get_size_inches()
    height = width * inset.height / inset.width * sheet[0] / sheet[1]
    axes = figure.add_axes((0.045, 0.85 - height - 0.03, width, height), zorder=9)
    axes.set(xlim=(0, inset.width), ylim=(inset.height, 0), xticks=[], yticks=[], facecolor=theme.card)
    for side in axes.spines.values():
        side.set(edgecolor=theme.line, linewidth=0.8)
    axes.set_title(inset.title, loc="left", fontsize=9, fontweight="bold", color=theme.ink, pad=3)
    for unit in inset.units:
        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in unit.rings))
        axes.add_patch(PathPatch(path, facecolor=unit.fill, edgecolor=theme.unit_border, linewidth=0.6))
        if unit.pattern in INKED:
            ink = getattr(theme, INKED[unit.pattern])
            look = {"facecolor": "none", "edgecolor": ink, "hatch": "/////", "linewidth": 0, "alpha": 0.6}
            axes.add_patch(PathPatch(path, **look))
        halo = [withStroke(linewidth=2, foreground=theme.canvas)]
        words: dict[str, Any] = {"ha": "center", "va": "center", "color": theme.ink, "path_effects": halo, "zorder": 5}
        x, y = unit.label
        axes.text(x, y - 6, unit.name, fontsize=7, fontweight="bold", **words)
        axes.text(x, y + 8, unit.counts, fontsize=6.5, **words)


def draw_watermark(figure: Figure, words: str, theme: Theme) -> None:
    """Faint slanting words over the whole sheet, so that no cut-out of it can pass for real.

    Parameters
    ----------
    figure
        The sheet.
    words
        What is said.
    theme
        Gives the ink.
    """
    for x, y in ((0.3, 0.3), (0.62, 0.5), (0.36, 0.72)):
        figure.text(
            x, y, words, fontsize=34, color=theme.mute, alpha=0.13, rotation=28, ha="center", va="center", zorder=12
        )


def _keep_apart(left: Text, right: Text) -> None:
    """Letters as large as they can be without the left text reaching the right one.

    Written larger or smaller than it is measured here, a text is a few hundredths wider: an eighth of an inch is kept.
    """
    assert left.figure is not None
    renderer = left.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    room = right.get_window_extent(renderer).x0 if right.get_text() else float("inf")
    while left.get_window_extent(renderer).x1 > room - left.figure.dpi / 8 and float(left.get_fontsize()) > 4:
        left.set_fontsize(float(left.get_fontsize()) - 0.5)


def _swatch(figure: Figure, row: LegendClass, y: float, theme: Theme) -> None:
    inks = {Pattern.WORST: theme.card, Pattern.LOW: theme.danger, Pattern.NONE: theme.hatch, Pattern.SMALL: theme.hatch}
    hatches = {Pattern.WORST: "/////", Pattern.LOW: "/////", Pattern.NONE: "/////", Pattern.SMALL: "...."}
    place, size = (0.06, y - 0.0075), (0.034, 0.015)
    fill = Rectangle(place, *size, facecolor=row.colour_in(theme.key), edgecolor=theme.line, linewidth=0.6, zorder=10)
    figure.add_artist(fill)
    if row.pattern in inks:
        hatch = hatches[row.pattern]
        over = Rectangle(
            place, *size, facecolor="none", edgecolor=inks[row.pattern], hatch=hatch, linewidth=0, zorder=10.5
        )
        figure.add_artist(over)
