"""The map itself: the first figure, the few values that change afterwards, the style, and where the camera goes."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from dash import Patch

from dashboard.screens.map import label_places
from dashboard.screens.map.view_model import Scene
from geodata.territory import unit_geojson
from geodata.territory.units import shapes
from geodata.vocabulary import Level
from layers.camera import fit
from layers.choropleth import selection_trace, values
from layers.fault_marker import around, spot_traces
from layers.figure import MapView, Trace, map_figure
from layers.heat import Heat, heat_trace
from layers.lines import chain_traces
from layers.map_style import TRACES_BELOW, Geometry, style
from layers.palette import theme_of
from layers.points import points_trace
from layers.svg_figure import svg_figure

CHANGING = {
    Trace.SELECTION: ("locations", "z", "geojson"),
    Trace.HEAT: ("lon", "lat", "z", "zmax", "colorscale", "visible"),
    Trace.CHAIN_LINE: ("lon", "lat"),
    Trace.CHAIN_RINGS: ("lon", "lat", "hovertext", "customdata", "marker"),
    Trace.CHAIN_CORES: ("lon", "lat", "marker"),
    Trace.SPOT_LIGHT: ("lon", "lat"),
    Trace.SPOT: ("lon", "lat"),
}
"""What a view may change on the traces that are made anew for it; the other traces are handled by name."""


def figure(scene: Scene) -> go.Figure:
    """The whole map of a view, for the first time it is drawn on a screen; in SVG where there is no WebGL2."""
    made = _made(scene)
    made.data[Trace.UNITS].update(_picked(scene))
    return made


def _made(scene: Scene) -> go.Figure:
    drawn = (scene.frame, scene.layer, scene.legend, scene.breaks, scene.points, map_view(scene))
    if scene.machine.webgl:
        return map_figure(*drawn, beside=scene.beside, chain=scene.stops, spot=scene.spot)
    return svg_figure(
        *drawn,
        beside=scene.beside,
        chain=scene.stops,
        spot=scene.spot,
        overlay=scene.overlay,
        shapes=scene.desk.ask(shapes, scene.level, scene.day, simplify_m=unit_geojson.SIMPLIFY_M),
        towns=scene.desk.ask(shapes, Level.TOWN, scene.day, simplify_m=unit_geojson.SIMPLIFY_M),
        viewport=scene.machine.viewport(scene.view.theme),
    )


def map_view(scene: Scene) -> MapView:
    """How the map of a view is looked at."""
    view, desk = scene.view, scene.desk
    camera = fit(target(scene)["bounds"], scene.machine.viewport(view.theme))
    return MapView(
        style_url=f"/map/style.json{_joined(view.search)}width={scene.machine.width}&v={desk.version()}",
        geometry_url=label_places.address(desk, scene.level, scene.day),
        camera=camera,
        as_of=scene.day,
        theme=view.theme,
        lang=view.lang,
        selected=scene.within,
        selection_url=label_places.address(desk, scene.scope.level, scene.day) if scene.scope else None,
        show_points=view.points,
        heat=Heat(view.heat) if view.heat else None,
        scale=scene.machine.scale(view.theme),
    )


def changes(scene: Scene, before: Scene) -> Patch:
    """What differs on the map between two views of one screen, as a patch that leaves the camera alone."""
    theme, view, scale = theme_of(scene.view.theme), scene.view, scene.machine.scale(scene.view.theme)
    new = map_view(scene)
    traces: dict[int, dict[str, Any]] = {Trace.UNITS: _units(scene)}
    if scene.level is not before.level or scene.day != before.day:
        traces[Trace.UNITS]["geojson"] = new.geometry_url
    traces[Trace.POINTS] = {"visible": view.points}
    traces[Trace.POINT_RIMS] = {"visible": view.points}
    if scene.day != before.day or scene.layer is not before.layer:
        rims, dots = _points(scene)
        moved = ("lon", "lat", "customdata") if scene.day != before.day else ()
        traces[Trace.POINTS] |= {name: dots[name] for name in ("marker", "hovertext", *moved)}
        traces[Trace.POINT_RIMS] |= {name: rims[name] for name in ("marker", *moved[:2])}
    line, rings, cores = chain_traces(scene.stops, theme, below=TRACES_BELOW, scale=scale)
    light, fault = spot_traces(scene.spot, theme, below=TRACES_BELOW, scale=scale)
    made = {
        Trace.SELECTION: selection_trace(new.selected, new.selection_url or new.geometry_url, theme, TRACES_BELOW),
        Trace.CHAIN_LINE: line,
        Trace.CHAIN_RINGS: rings,
        Trace.CHAIN_CORES: cores,
        Trace.SPOT_LIGHT: light,
        Trace.SPOT: fault,
    }
    if view.heat != before.view.heat or (view.heat and scene.day != before.day):
        made[Trace.HEAT] = heat_trace(scene.points, new.heat, theme, below=TRACES_BELOW, zoom=new.camera.zoom)
    for place, trace in made.items():
        plain = trace.to_plotly_json()
        traces[place] = {name: plain.get(name) for name in CHANGING[place] if name in plain or name in ("lon", "lat")}
    return _patch(traces)


def overlay_of(scene: Scene) -> dict[str, Any]:
    """Labels, hatches and the address of the hatched polygons, for the style that is already on the screen."""
    host = label_places.address(scene.desk, scene.level, scene.day)
    return {**scene.overlay.as_dict(), "units": host}


def style_of(scene: Scene, host: str) -> dict[str, Any]:
    """The style JSON of a view; every address in it is absolute under ``host``."""
    known = {
        level: host + label_places.address(scene.desk, level, scene.day)
        for level in (scene.level, Level.TOWN, Level.DISTRICT)
    }
    return style(
        scene.view.theme,
        sprite=f"{host}/map/sprite-{scene.view.theme}",
        geometry=Geometry(units=known[scene.level], towns=known[Level.TOWN], district=known[Level.DISTRICT]),
        level=scene.level,
        overlay=scene.overlay,
        scale=scene.machine.scale(scene.view.theme),
    )


def target(scene: Scene) -> dict[str, Any]:
    """The bounds the camera should show: a fault's, else those of the scope or the nearest unit above with a shape."""
    if scene.spot is not None:
        return {"bounds": list(around(scene.spot)), "of": scene.view.item}
    for unit in reversed(scene.path):
        found = scene.desk.ask(unit_geojson.bounds, unit.level, scene.day).get(unit.code)
        if found:
            return {"bounds": list(found), "of": unit.code}
    every = list(scene.desk.ask(unit_geojson.bounds, Level.TOWN, scene.day).values()) or [(-180.0, -60.0, 180.0, 75.0)]
    west, south, east, north = zip(*every, strict=True)
    return {"bounds": [min(west), min(south), max(east), max(north)], "of": ""}


def _units(scene: Scene) -> dict[str, Any]:
    theme = theme_of(scene.view.theme)
    found = values(scene.frame, scene.layer, scene.legend, scene.breaks, theme, scene.view.lang, scene.beside)
    return found | _picked(scene)


def _picked(scene: Scene) -> dict[str, Any]:
    """The units of the legend's chosen class stand out; the others fade."""
    places = [place for place, key in enumerate(scene.classes) if key == scene.view.only] if scene.view.only else None
    return {"selectedpoints": places, "unselected": {"marker": {"opacity": 0.12}}}


def _points(scene: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    """The points and their rims as plain values, remembered: every switch between layers shows the same ones again."""
    view, desk, scale = scene.view, scene.desk, scene.machine.scale(scene.view.theme)

    def make() -> tuple[dict[str, Any], dict[str, Any]]:
        theme, look = theme_of(view.theme), {"below": TRACES_BELOW, "visible": True, "scale": scale}
        rims, dots = points_trace(scene.points, scene.layer, theme, lang=view.lang, **look)
        return rims.to_plotly_json(), dots.to_plotly_json()

    key = ("points", scene.day, scene.layer.key, view.theme, view.lang, scale)
    made: tuple[dict[str, Any], dict[str, Any]] = desk.remember(key, make)
    return made


def _patch(traces: dict[int, dict[str, Any]]) -> Patch:
    patch = Patch()
    for place, changed in traces.items():
        for name, value in changed.items():
            patch["data"][int(place)][name] = value
    return patch


def _joined(search: str) -> str:
    return f"{search}&" if search else "?"
