"""The map as one Plotly figure whose traces keep their places, so that the page patches values instead of redrawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geodata.locale import Lang, translate
from layers.camera import Camera
from layers.choropleth import selection_trace, unit_values, units_trace
from layers.fault_marker import spot_traces
from layers.heat import Heat, heat_trace
from layers.lines import Stop, chain_traces
from layers.map_style import TRACES_BELOW, UNITS_BELOW
from layers.palette import FONT_STACK, Theme, theme_of
from layers.points import points_trace

if TYPE_CHECKING:
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from layers.layer import Layer
    from layers.legend import Legend
    from layers.palette import ThemeKey


class Trace(IntEnum):
    """Place of every trace in ``figure["data"]``: constant in every view, drawn from the first to the last."""

    UNITS = 0
    SELECTION = 1
    HEAT = 2
    CHAIN_LINE = 3
    POINTS = 4
    CHAIN_RINGS = 5
    CHAIN_CORES = 6
    SPOT_LIGHT = 7
    SPOT = 8


REACH = 2
"""Pixels beyond a point (3) from which it still answers the pointer instead of the polygon under it."""


@dataclass(frozen=True)
class MapView:
    """How a map is looked at: addresses, theme, language, camera and what is switched on.

    ``geometry_url`` and ``selection_url`` are GeoJSON addresses of the level shown and of the level of the selected
    unit (features carry ``code``); ``style_url`` is the style of :mod:`layers.map_style`.
    """

    style_url: str
    geometry_url: str
    camera: Camera
    as_of: date
    theme: ThemeKey | str = "light"
    lang: Lang | str = Lang.ZH
    selected: str | None = None
    selection_url: str | None = None
    show_points: bool = True
    unit_hint: str = ""
    point_hint: str | None = ""
    heat: Heat | None = None
    scale: float = 1


def graph_config(lang: Lang | str = Lang.ZH) -> dict[str, Any]:
    """The ``config`` of every graph: nothing goes to Plotly's cloud, no logo, the wheel zooms, words by language.

    Parameters
    ----------
    lang
        Language of the graph's own buttons.

    Returns
    -------
    config
        The ``config`` of a ``dcc.Graph``.
    """
    return {
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "displaylogo": False,
        "locale": "zh-CN" if Lang(lang) is Lang.ZH else "en",
        "scrollZoom": True,
        "responsive": True,
        "displayModeBar": False,
    }


def map_figure(
    frame: pd.DataFrame,
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    points: pd.DataFrame,
    view: MapView,
    *,
    beside: pd.DataFrame | None = None,
    chain: Sequence[Stop] = (),
    spot: BaseGeometry | None = None,
) -> go.Figure:
    """The whole map: traces in the order of :class:`Trace`, centre and zoom always set.

    An empty ``frame`` gives a figure that says 暂无数据 with the same traces, all of them empty.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator at the level shown: index ``unit_code``, columns ``name numerator
        denominator``.
    layer
        The layer drawn.
    legend
        The legend of ``frame`` under the same breaks.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    points
        ``geodata.subjects.roster.subject_points`` of the same scope and day; may be empty.
    view
        Addresses, day, theme, language, camera and what is switched on.
    beside
        ``count_indicator`` of the layer's ``beside`` indicator, same units; None tells none.
    chain
        The stops of what is selected, subject first; empty when nothing is.
    spot
        The fault of the grid that is looked at (degrees, EPSG:4490); None for none.

    Returns
    -------
    figure
        One trace per :class:`Trace`; no margins, no legend.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    theme = theme_of(view.theme)
    changing = unit_values(frame, layer, legend, breaks, theme, view.lang, beside)
    below = TRACES_BELOW
    line, rings, cores = chain_traces(chain, theme, below=below, scale=view.scale)
    dots = points_trace(
        points,
        layer,
        lang=view.lang,
        below=below,
        visible=view.show_points,
        hint=view.point_hint,
        scale=view.scale,
    )
    light, fault = spot_traces(spot, theme, below=below, scale=view.scale)
    traces: Mapping[Trace, Any] = {
        Trace.UNITS: units_trace(
            changing, view.geometry_url, theme, UNITS_BELOW, hint=view.unit_hint, dimmed=view.heat is not None
        ),
        Trace.SELECTION: selection_trace(view.selected, view.selection_url or view.geometry_url, theme, below),
        Trace.HEAT: heat_trace(points, view.heat, theme, below=below, zoom=view.camera.zoom),
        Trace.CHAIN_LINE: line,
        Trace.POINTS: dots,
        Trace.CHAIN_RINGS: rings,
        Trace.CHAIN_CORES: cores,
        Trace.SPOT_LIGHT: light,
        Trace.SPOT: fault,
    }
    figure = go.Figure([traces[place] for place in Trace])
    figure.update_layout(
        **frame_of(theme, view.scale),
        map={
            "style": view.style_url,
            "center": {"lon": view.camera.lon, "lat": view.camera.lat},
            "zoom": view.camera.zoom,
        },
    )
    if frame.empty:
        say_empty(figure, view.as_of, theme, view.lang)
    return figure


def frame_of(theme: Theme, scale: float = 1) -> dict[str, Any]:
    """What every map figure's layout shares: no margins, paper colour, our type, quiet hover labels, a kept camera.

    Parameters
    ----------
    theme
        Gives paper, card, line and ink.
    scale
        Factor of the letters' size; 1, or 1.67 on a projector.

    Returns
    -------
    layout
        Keys of a Plotly layout, without the map or the projection.
    """
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": theme.canvas,
        "plot_bgcolor": theme.canvas,
        "font": {"family": FONT_STACK, "size": 14 * scale, "color": theme.ink},
        "hoverlabel": {
            "bgcolor": theme.card,
            "bordercolor": theme.line,
            "font": {"family": FONT_STACK, "size": 13 * scale, "color": theme.ink},
            "align": "left",
        },
        "hovermode": "closest",
        "hoverdistance": REACH,
        "clickmode": "event",
        "uirevision": "map",
        "showlegend": False,
    }


def say_empty(figure: go.Figure, as_of: date, theme: Theme, lang: Lang | str) -> None:
    """Writes 暂无数据 and the day in the middle of an empty map.

    Parameters
    ----------
    figure
        The figure; an annotation is added to it.
    as_of
        The day shown, inclusive.
    theme
        Gives the words' colour.
    lang
        Language of the words.
    """
    text = (
        f"<b>{translate('layers.empty', lang)}</b><br>{translate('layers.empty_hint', lang, as_of=as_of.isoformat())}"
    )
    figure.add_annotation(
        text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"color": theme.mute, "size": 16}
    )
