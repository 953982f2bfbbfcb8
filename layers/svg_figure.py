"""The map for machines without WebGL2: the same traces, ids and values as plain SVG, so that clicks are shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from layers.camera import Viewport, seen_bounds
from layers.choropleth import hover_title
from layers.figure import MapView, Trace, frame_of, map_figure, say_empty
from layers.legend import Pattern
from layers.palette import Theme, rgba, theme_of
from layers.symbols.hatch import hatch_path, path_of
from layers.symbols.point_classes import RIM, every_class

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from layers.layer import Layer
    from layers.legend import Legend
    from layers.lines import Stop
    from layers.overlay import Overlay

_DROPPED = {"type", "below", "subplot", "radius", "z", "zmin", "zmax", "colorscale", "showscale"}
_ONLY_MAP = {"type", "below", "subplot"}


def svg_figure(
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
    overlay: Overlay | None = None,
    shapes: gpd.GeoDataFrame | None = None,
    towns: gpd.GeoDataFrame | None = None,
    viewport: Viewport | None = None,
) -> go.Figure:
    """The figure of :func:`layers.figure.map_figure` in SVG traces.

    The first traces are those of :class:`layers.figure.Trace` with the same ``locations``, ``customdata`` and values,
    so that a click says the same on both; heat becomes large faint dots. Behind them follow the hatches, the borders
    and the labels, which the MapLibre style draws on the other map. The page must provide an empty
    ``window.PlotlyGeoAssets`` topology, else Plotly looks for one on the internet.

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
        Day, theme, language, camera and what is switched on.
    beside
        ``count_indicator`` of the layer's ``beside`` indicator, same units; None tells none.
    chain
        The stops of what is selected, subject first; empty when nothing is.
    spot
        The fault of the grid that is looked at (degrees, EPSG:4490); None for none.
    overlay
        Labels and hatched codes; None draws neither.
    shapes
        The polygons hatched, EPSG:4490, column ``code``; None hatches none.
    towns
        Borders drawn over the units, EPSG:4490; None draws none.
    viewport
        Size of the map in CSS pixels, for the bounds seen; None: the usual :class:`layers.camera.Viewport`.

    Returns
    -------
    figure
        The traces of :class:`layers.figure.Trace`, three hatches, borders, labels.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    theme = theme_of(view.theme)
    drawn = map_figure(frame, layer, legend, breaks, points, view, beside=beside, chain=chain, spot=spot)
    traces: list[Any] = [
        _as_svg(Trace(place), trace.to_plotly_json(), theme, view.scale) for place, trace in enumerate(drawn.data)
    ]
    traces += _hatches(overlay, shapes, theme)
    traces.append(_border(towns, theme))
    traces.append(_labels(overlay, theme, view.scale))
    west, south, east, north = seen_bounds(view.camera, viewport)
    figure = go.Figure(traces)
    figure.update_layout(
        **frame_of(theme, view.scale),
        geo={
            "visible": False,
            "bgcolor": theme.canvas,
            "projection": {"type": "mercator"},
            "lonaxis": {"range": [west, east]},
            "lataxis": {"range": [south, north]},
        },
    )
    if frame.empty:
        say_empty(figure, view.as_of, theme, view.lang)
    return figure


def _as_svg(place: Trace, made: dict[str, Any], theme: Theme, scale: float) -> Any:
    if place in (Trace.UNITS, Trace.SELECTION):
        return go.Choropleth(**{key: value for key, value in made.items() if key not in _ONLY_MAP})
    if place in (Trace.CHAIN_LINE, Trace.SPOT_LIGHT, Trace.SPOT):
        return go.Scattergeo(**{key: value for key, value in made.items() if key not in _ONLY_MAP})
    if place is Trace.POINTS:
        return go.Scattergeo(**_without(made, _ONLY_MAP), marker=_point_marker(made["marker"]["symbol"], theme, scale))
    if place is not Trace.HEAT:
        return go.Scattergeo(**_plain_marker(made))
    colour = made["colorscale"][-1][1]
    kept = {key: value for key, value in made.items() if key not in _DROPPED}
    marker = {"color": colour, "size": made["radius"], "opacity": 0.28, "line": {"width": 0}}
    return go.Scattergeo(**kept, mode="markers", marker=marker)


def _without(made: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key not in names | {"marker"}}


def _point_marker(pictures: Sequence[str], theme: Theme, scale: float) -> dict[str, Any]:
    """The kinds of point as SVG knows them: by shape, size and colour, with the same paper-coloured edge."""
    entry_of = {entry.picture: entry for entry in every_class()}
    entries = [entry_of[picture] for picture in pictures]
    return {
        "symbol": [entry.shape.value for entry in entries],
        "size": [(entry.size + RIM) * scale for entry in entries],
        "color": [getattr(theme, entry.token) for entry in entries],
        "line": {"width": RIM * scale * 0.75, "color": theme.rim},
    }


def _plain_marker(made: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in made.items() if key not in _ONLY_MAP}
    return kept | {"marker": {**made["marker"], "line": {"width": 0}}}


def _hatches(overlay: Overlay | None, shapes: gpd.GeoDataFrame | None, theme: Theme) -> list[go.Scattergeo]:
    colours = {
        Pattern.NONE: theme.hatch,
        Pattern.LOW: rgba(theme.danger, 0.6),
        Pattern.WORST: rgba(theme.card, 0.55),
    }
    traces = []
    for pattern, colour in colours.items():
        codes = overlay.hatched.get(pattern.value, []) if overlay else []
        if shapes is None or not len(shapes):
            lon, lat = hatch_path([], 1)
        else:
            west, _, east, _ = shapes.total_bounds
            lon, lat = hatch_path(shapes.geometry[shapes["code"].isin(codes)], (east - west) / 90)
        traces.append(_line(f"hatch-{pattern.value}", lon, lat, colour, 0.9))
    return traces


def _border(towns: gpd.GeoDataFrame | None, theme: Theme) -> go.Scattergeo:
    lon, lat = path_of(towns.geometry) if towns is not None else path_of([])
    return _line("town-borders", lon, lat, theme.town_border, 1.4)


def _line(uid: str, lon: list[float | None], lat: list[float | None], colour: str, width: float) -> go.Scattergeo:
    look = {"color": colour, "width": width}
    return go.Scattergeo(uid=uid, lon=lon, lat=lat, mode="lines", hoverinfo="skip", showlegend=False, line=look)


def _labels(overlay: Overlay | None, theme: Theme, scale: float) -> go.Scattergeo:
    """The labels of the highest level only: SVG text knows no collision, and every village would be too many."""
    features = overlay.labels["features"] if overlay else []
    major = [item for item in features if item["properties"]["major"]]
    kept = major or features
    texts = [item["properties"] for item in kept]
    return go.Scattergeo(
        uid="labels",
        lon=[item["geometry"]["coordinates"][0] for item in kept],
        lat=[item["geometry"]["coordinates"][1] for item in kept],
        text=["<br>".join(filter(None, (hover_title(text["name"]), text["count"], text["mark"]))) for text in texts],
        mode="text",
        hoverinfo="skip",
        showlegend=False,
        textfont={"size": 13 * scale, "color": theme.ink, "shadow": _halo(theme.canvas)},
    )


def _halo(colour: str) -> str:
    """Eight hard shadows around every letter: the halo of the other map."""
    steps = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    return ", ".join(f"{x}px {y}px 1px {colour}" for x, y in steps)
