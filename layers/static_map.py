"""One layer as a vector drawing for paper, slides and boards; the same bytes for the same facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, BinaryIO

import geopandas as gpd
import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font_names

from geodata.levels import Level
from geodata.locale import Lang, translate
from layers.inset.inset_facts import filled_inset, inset_outlines
from layers.legend import Legend, Pattern, classify_rates
from layers.number_format import rate_text
from layers.overlay import Overlay
from layers.palette import Theme, ThemeKey, mix_colours, theme_of
from layers.points import classify_points, drawable_points, point_legend
from layers.stamps import freshness_stamps, wrap_notes
from layers.static_furniture import draw_inset, draw_labels, draw_legend, draw_scale_bar, draw_watermark, marker_of
from layers.symbols.point_classes import CLASSES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from geodata.settings import Settings
    from layers.layer import Layer
    from layers.map_facts import MapFacts

FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "DejaVu Sans")
STYLE: dict[str, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "grid-map",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.5,
    "axes.unicode_minus": False,
    # a dollar in a name is a dollar, not the beginning of a formula
    "text.parse_math": False,
    "text.usetex": False,
}
FORMATS = ("pdf", "svg", "png")
_UNDATED: dict[str, dict[str, Any]] = {
    "pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}
HATCH = {Pattern.WORST: "/////", Pattern.LOW: "/////", Pattern.NONE: "////", Pattern.SMALL: ".."}


LINE = {Lang.ZH: 8, Lang.EN: 15}
"""Signs of the definition for each inch of a sheet's width."""
FAINT = 0.2
"""How much of its colour a unit keeps that is not picked out."""


@dataclass(frozen=True)
class Sheet:
    """What is printed around a map: title, day, and what must be said about the data."""

    title: str
    as_of: date
    level: Level
    theme: ThemeKey | str = "light"
    lang: Lang | str = Lang.ZH
    schematic: bool = True
    synthetic: bool = False
    approval_no: str = ""
    epsg: int = 4551
    size: tuple[float, float] = (8.27, 8.27)
    only: str | None = None
    """Class of the legend that is picked out: units of other classes are drawn faint."""
    stamps: tuple[str, ...] = ()
    picked: str = ""
    """Which subjects count, in words; "" for all."""


def sheet_of(
    found: MapFacts,
    known: Settings,
    theme: ThemeKey | str,
    lang: Lang | str,
    only: str | None = None,
    picked: str = "",
) -> Sheet:
    """What is printed around the one layer of a unit's facts.

    Parameters
    ----------
    found
        ``collect_map_facts`` of one layer.
    known
        Of them the approval number and the measuring CRS.
    theme, lang
        Of the sheet.
    only
        Class of the legend that is picked out; None: all are drawn alike.
    picked
        Which subjects the facts count, in words; "" for all.

    Returns
    -------
    sheet
        Under the unit's name and the layer's.
    """
    (item,) = found.drawn
    return Sheet(
        translate("layers.static.title", lang, unit=found.unit.name, rate=item.legend.title),
        found.as_of,
        found.level,
        theme=theme,
        lang=lang,
        schematic=found.schematic,
        synthetic=found.stamp.synthetic,
        approval_no=known.map_approval_no,
        epsg=known.measure_epsg,
        only=only,
        stamps=freshness_stamps(found.stamp, lang),
        picked=picked,
    )


def draw_sheet(found: MapFacts, sheet: Sheet, *, with_points: bool = True) -> Figure:
    """The drawing of a unit's facts, of which there is one layer.

    Parameters
    ----------
    found
        ``collect_map_facts`` of one layer.
    sheet
        As :func:`sheet_of` gives it.
    with_points
        Whether subjects are drawn.

    Returns
    -------
    figure
        Not yet written.
    """
    (item,) = found.drawn
    facts = item.frame, item.layer, item.legend, item.breaks, found.shapes, item.overlay, sheet
    return static_map(*facts, points=found.points if with_points else None, towns=found.towns)


def static_map(
    frame: pd.DataFrame,
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    shapes: gpd.GeoDataFrame,
    overlay: Overlay,
    sheet: Sheet,
    *,
    points: pd.DataFrame | None = None,
    towns: gpd.GeoDataFrame | None = None,
) -> Figure:
    """The drawing of one layer in the measuring CRS, with title, legend and scale bar.

    Use :func:`save_map` to write it; needs no display and touches no global state of Matplotlib.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``name numerator denominator``.
    layer
        The layer drawn.
    legend
        The legend of ``frame`` under the same breaks.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    shapes
        The polygons of ``frame``'s units, EPSG:4490, column ``code``; at least one.
    overlay
        Labels (points in EPSG:4490) and hatched codes.
    sheet
        What is printed around the map; ``epsg`` is the CRS drawn in, in metres, ``size`` the sheet's in inches.
    points
        ``geodata.subjects.roster.subject_points``; None draws none.
    towns
        Borders drawn over the units, EPSG:4490; None draws none.

    Returns
    -------
    figure
        Not yet written.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1, or the theme is unknown.
    """
    theme = theme_of(sheet.theme)
    with mpl.rc_context(drawing_style()):
        figure = Figure(figsize=sheet.size, facecolor=theme.canvas)
        renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
        axes = figure.add_axes((0.04, 0.09, 0.92, 0.79))
        axes.set_axis_off()
        axes.set_aspect("equal")
        _draw_units(axes, frame, layer, legend, breaks, shapes.to_crs(sheet.epsg), overlay, theme, sheet.only)
        if towns is not None and len(towns):
            borders = towns.to_crs(sheet.epsg).boundary
            borders.plot(ax=axes, color=theme.canvas, linewidth=2, aspect=None, zorder=3)
            borders.plot(ax=axes, color=theme.town_border, linewidth=0.9, aspect=None, zorder=4)
        if points is not None:
            _draw_points(axes, points, layer, sheet, theme)
        _frame_map(axes, shapes.to_crs(sheet.epsg).total_bounds, sheet.size)
        draw_labels(axes, renderer, overlay.labels["features"], sheet.epsg, theme)
        draw_scale_bar(axes, theme, sheet.lang)
        outlines = inset_outlines(shapes, sheet.level, Lang(sheet.lang))
        if outlines is not None:
            draw_inset(figure, filled_inset(outlines, frame, layer, legend, breaks, theme), theme)
        kinds = () if points is None else point_legend(points, layer, sheet.lang)
        draw_legend(figure, legend, theme, kinds)
        _write_around(figure, legend, sheet, theme)
    return figure


def save_map(figure: Figure, target: Path | BinaryIO, form: str) -> None:
    """Writes the drawing as ``pdf``, ``svg`` (letters as paths) or ``png`` (200 dpi); no moment of writing inside.

    Parameters
    ----------
    figure
        What :func:`static_map` gives.
    target
        A file that is written over, or where its bytes go.
    form
        One of :data:`FORMATS`.

    Raises
    ------
    ValueError
        For any other form.
    """
    if form not in FORMATS:
        raise ValueError(f"{form} is none of {', '.join(FORMATS)}")
    with mpl.rc_context(drawing_style()):
        figure.savefig(target, format=form, dpi=200, metadata=_UNDATED[form], facecolor=figure.get_facecolor())


@cache
def drawing_style() -> Any:
    """Matplotlib's settings for our drawings; of our fonts only those installed, for it complains at every letter."""
    installed = set(get_font_names())
    return STYLE | {"font.family": [name for name in FONTS if name in installed]}


def _draw_units(
    axes: Axes,
    frame: pd.DataFrame,
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    shapes: gpd.GeoDataFrame,
    overlay: Overlay,
    theme: Theme,
    only: str | None,
) -> None:
    colour_of = {row.key: row.colour_in(theme.key) for row in legend.classes}
    classes = classify_rates(frame, layer, breaks)
    colours = classes.map(colour_of)
    if only is not None:
        colours = colours.where(classes == only, colours.map(lambda colour: mix_colours(theme.canvas, colour, FAINT)))
    fills = shapes["code"].map(colours).fillna(theme.canvas)
    shapes.plot(ax=axes, color=list(fills), edgecolor=theme.unit_border, linewidth=0.5, aspect=None, zorder=1)
    inks = {Pattern.WORST: theme.card, Pattern.LOW: theme.danger, Pattern.NONE: theme.hatch, Pattern.SMALL: theme.hatch}
    for pattern, ink in inks.items():
        mine = shapes[shapes["code"].isin(overlay.hatched.get(pattern.value, []))]
        mine = mine if only is None else mine[mine["code"].isin(classes.index[classes == only])]
        if len(mine):
            look = {"facecolor": "none", "edgecolor": ink, "hatch": HATCH[pattern], "linewidth": 0, "alpha": 0.6}
            mine.plot(ax=axes, aspect=None, zorder=2, **look)


def _draw_points(axes: Axes, points: pd.DataFrame, layer: Layer, sheet: Sheet, theme: Theme) -> None:
    placed = drawable_points(points)
    if placed.empty:
        return
    places = gpd.GeoSeries(gpd.points_from_xy(placed["lon"], placed["lat"], crs="EPSG:4490")).to_crs(sheet.epsg)
    entry_of = {entry.key: entry for entry in CLASSES[layer.points]}
    entries = [entry_of[key] for key in classify_points(placed, layer.points)]
    for rank, entry in enumerate(CLASSES[layer.points]):
        mine = places[[kind is entry for kind in entries]]
        axes.scatter(
            mine.x,
            mine.y,
            s=(entry.size * 0.62) ** 2,
            marker=marker_of(entry.shape),
            c=getattr(theme, entry.token),
            edgecolors=theme.rim,
            linewidths=0.45,
            zorder=5 + rank / 100,
        )


def _frame_map(axes: Axes, bounds: Any, size: tuple[float, float]) -> None:
    """Room at the left for the legend; without this the map would run under it."""
    west, south, east, north = (float(value) for value in bounds)
    wide, tall = east - west, north - south
    need = max(wide * 1.3, tall * (size[0] * 0.92) / (size[1] * 0.79))
    axes.set_xlim(east + need * 0.02 - need, east + need * 0.02)
    axes.set_ylim(south - tall * 0.02, north + tall * 0.02)


def _write_around(figure: Figure, legend: Legend, sheet: Sheet, theme: Theme) -> None:
    figure.text(0.05, 0.955, sheet.title, fontsize=17, fontweight="bold", color=theme.ink, va="top")
    rate = legend.sums or rate_text(legend.numerator, legend.denominator, sheet.lang)
    total = translate("layers.static.total", sheet.lang, title=legend.title, rate=rate, caption=legend.caption)
    figure.text(0.05, 0.91, total, fontsize=10.5, color=theme.ink, va="top")
    narrowed = "\n".join(wrap(sheet.picked, int(sheet.size[0] * LINE[Lang(sheet.lang)] * 0.8)))
    figure.text(0.05, 0.888, narrowed, fontsize=9.5, color=theme.ink, va="top")
    notes = [translate("layers.as_of", sheet.lang, as_of=sheet.as_of.isoformat()), *sheet.stamps]
    if sheet.schematic:
        notes.append(translate("layers.schematic", sheet.lang))
    if sheet.approval_no:
        notes.append(translate("layers.approval_no", sheet.lang, number=sheet.approval_no))
    said = "\n".join(wrap(legend.definition, int(sheet.size[0] * LINE[Lang(sheet.lang)])))
    figure.text(0.05, 0.048, said, fontsize=7.5, color=theme.mute, va="bottom")
    told = "\n".join(wrap_notes(notes, sheet.size[0] * 0.9 * 72 / 8))
    figure.text(0.05, 0.043, told, fontsize=8, color=theme.mute, va="top")
    if sheet.synthetic:
        draw_watermark(figure, translate("layers.synthetic", sheet.lang), theme)
