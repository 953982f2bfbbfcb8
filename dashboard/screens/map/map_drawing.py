"""The map itself: the first figure, the few values that change afterwards, the style, and where the camera goes."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dashboard.request.view import View
from dashboard.screens.map import label_places
from dashboard.screens.map.view_model import MapViewModel
from geodata.levels import Level, current_levels
from geodata.locale import label_of, translate
from geodata.territory import unit_geojson
from geodata.territory.units import unit_shapes
from layers.camera import fit_bounds
from layers.choropleth import hover_with, selection_trace, unit_values
from layers.fault_marker import bounds_around, spot_traces
from layers.figure import MapView, Trace, map_figure
from layers.heat import Heat, heat_trace
from layers.lines import chain_traces
from layers.map_style import TRACES_BELOW, Geometry, map_style
from layers.palette import theme_of
from layers.points import answer_of, points_trace
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


def screen_figure(model: MapViewModel) -> go.Figure:
    """The whole map of a view, for the first time it is drawn on a screen; in SVG where there is no WebGL2.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    figure
        With the units of the legend's chosen class standing out.

    Raises
    ------
    NotFound
        The address names a unit or subject that is not there on the day.
    """
    made = _made(model)
    made.data[Trace.UNITS].update(_picked(model))
    made.update_layout(meta={"points": points_address(model), "target": target_key(model)})
    return made


def _made(model: MapViewModel) -> go.Figure:
    drawn = (model.frame, model.layer, model.legend, model.breaks, model.points, map_view(model))
    if model.client.webgl:
        return map_figure(*drawn, beside=model.beside, chain=model.stops, spot=model.spot)
    return svg_figure(
        *drawn,
        beside=model.beside,
        chain=model.stops,
        spot=model.spot,
        overlay=model.overlay,
        shapes=model.ctx.cached_query(unit_shapes, model.level, model.day, simplify_m=unit_geojson.SIMPLIFY_M),
        towns=model.ctx.cached_query(
            unit_shapes, current_levels().outline_level(model.level), model.day, simplify_m=unit_geojson.SIMPLIFY_M
        ),
        viewport=model.client.map_viewport(model.view.theme),
    )


def map_view(model: MapViewModel) -> MapView:
    """How the map of a view is looked at.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    view
        Addresses are paths of this server; the camera fits :func:`target`.

    Raises
    ------
    NotFound
        The address names a unit that is not there on the day.
    """
    view, ctx = model.view, model.ctx
    camera = fit_bounds(camera_target(model)["bounds"], model.client.map_viewport(view.theme))
    return MapView(
        style_url=f"/map/style.json{_joined(view.search)}width={model.client.width}&v={ctx.data_version()}",
        geometry_url=label_places.shapes_address(ctx, model.level, model.day),
        camera=camera,
        as_of=model.day,
        theme=view.theme,
        lang=view.lang,
        selected=model.within,
        selection_url=label_places.shapes_address(ctx, model.scope.level, model.day) if model.scope else None,
        show_points=view.points,
        unit_hint=click_hint(view),
        point_hint=translate("ui.map.click_subject", view.lang) if view.level is Level.SUBJECT else None,
        heat=Heat(view.heat) if view.heat else None,
        scale=model.client.screen_scale(view.theme),
    )


def map_changes(model: MapViewModel) -> dict[str, Any]:
    """What of the map may differ between two views of one screen; the camera is left to the browser.

    Parameters
    ----------
    model
        The view asked for.

    Returns
    -------
    changes
        ``traces``, for each place of :class:`Trace` the values it now has; ``points``, where those of the points are to
        be had (:func:`point_values_of`); ``overlay`` as :func:`overlay_of`; ``target`` as :func:`camera_target`.

    Raises
    ------
    NotFound
        The address names a unit or subject that is not there on the day.
    """
    theme, view, scale = theme_of(model.view.theme), model.view, model.client.screen_scale(model.view.theme)
    new = map_view(model)
    traces: dict[int, dict[str, Any]] = {
        Trace.UNITS: _units(model) | {"hovertemplate": hover_with(new.unit_hint), "geojson": new.geometry_url},
        Trace.POINTS: {"visible": view.points, **answer_of(new.point_hint)},
    }
    line, rings, cores = chain_traces(model.stops, theme, below=TRACES_BELOW, scale=scale)
    light, fault = spot_traces(model.spot, theme, below=TRACES_BELOW, scale=scale)
    made = {
        Trace.SELECTION: selection_trace(new.selected, new.selection_url or new.geometry_url, theme, TRACES_BELOW),
        Trace.HEAT: heat_trace(model.points, new.heat, theme, below=TRACES_BELOW, zoom=new.camera.zoom),
        Trace.CHAIN_LINE: line,
        Trace.CHAIN_RINGS: rings,
        Trace.CHAIN_CORES: cores,
        Trace.SPOT_LIGHT: light,
        Trace.SPOT: fault,
    }
    for place, trace in made.items():
        plain = trace.to_plotly_json()
        traces[place] = {name: plain.get(name) for name in CHANGING[place] if name in plain or name in ("lon", "lat")}
    return {
        "traces": {int(place): values for place, values in traces.items()},
        "points": points_address(model),
        "overlay": overlay_of(model),
        "target": {"bounds": camera_target(model)["bounds"], "key": target_key(model)},
    }


def target_key(model: MapViewModel) -> str:
    """What the camera is to show, so that it is moved only where that is another.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    key
        The scope and the item that is looked at.
    """
    return f"{model.within or ''} {model.view.item or ''}"


def points_address(model: MapViewModel) -> str:
    """Where the browser finds what differs on the points' trace: the same address for the same answer.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    address
        A path of this server.
    """
    of_points = View(asof=model.day, layer=model.layer.key, lang=model.view.lang, **model.view.narrowing.said)
    scale = model.client.screen_scale(model.view.theme)
    return f"{of_points.link_to('/map/points')}&scale={scale:g}&v={model.ctx.data_version()}"


def point_values_of(model: MapViewModel, scale: float) -> dict[str, Any]:
    """What differs on the points' trace with the day and the layer.

    Parameters
    ----------
    model
        A view of that day and layer.
    scale
        Factor of the pictures.

    Returns
    -------
    values
        Lists in the order in which the points lie on one another.
    """
    look = {"below": TRACES_BELOW, "visible": True, "hint": None, "scale": scale}
    made: dict[str, Any] = points_trace(model.points, model.layer, lang=model.view.lang, **look).to_plotly_json()
    return {name: made[name] for name in ("lon", "lat", "customdata", "hovertext", "marker")}


def overlay_of(model: MapViewModel) -> dict[str, Any]:
    """Labels, hatches and the address of the hatched polygons, for the style that is already on the screen.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    overlay
        Keys ``labels`` (FeatureCollection, EPSG:4490), ``hatched`` (hatch → codes), ``units`` (a path of this server).
    """
    host = label_places.shapes_address(model.ctx, model.level, model.day)
    return {**model.overlay.as_dict(), "units": host}


def style_of(model: MapViewModel) -> dict[str, Any]:
    """The style JSON of a view; every address in it is a path of this server.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    style
        A MapLibre style, version 8.
    """
    levels = current_levels()
    shown, outline = model.level, levels.outline_level(model.level)
    known = {level: label_places.shapes_address(model.ctx, level, model.day) for level in (shown, outline, levels.root)}
    return map_style(
        model.view.theme,
        sprite=f"/map/sprite-{model.view.theme}",
        geometry=Geometry(units=known[shown], towns=known[outline], district=known[levels.root]),
        level=model.level,
        overlay=model.overlay,
        scale=model.client.screen_scale(model.view.theme),
    )


def camera_target(model: MapViewModel) -> dict[str, Any]:
    """The bounds the camera should show: a fault's, else those of the scope or the nearest unit above with a shape.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    target
        ``bounds`` (west, south, east, north in degrees; nearly the whole world where there are no shapes) and ``of``
        (the fault's number, a code, or "" for everything).

    Raises
    ------
    NotFound
        The address names a unit that is not there on the day.
    """
    if model.spot is not None:
        return {"bounds": list(bounds_around(model.spot)), "of": model.view.item}
    for unit in reversed(model.path):
        found = model.ctx.cached_query(unit_geojson.unit_bounds, unit.level, model.day).get(unit.code)
        if found:
            return {"bounds": list(found), "of": unit.code}
    return {"bounds": whole_bounds(model), "of": ""}


def click_hint(view: View) -> str:
    """What a click on a unit will do, said where the pointer is.

    Parameters
    ----------
    view
        The view shown.

    Returns
    -------
    words
        Of the catalogue.
    """
    if view.level is Level.SUBJECT:
        return translate("ui.map.click_here", view.lang)
    below = current_levels().child_of(view.level) or view.level
    return translate("ui.map.click_into", view.lang, level=label_of(below, view.lang))


def whole_bounds(model: MapViewModel) -> list[float]:
    """The bounds of all there is to be seen, whatever is in view.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    bounds
        West, south, east, north in degrees; nearly the whole world where there are no shapes.
    """
    levels = current_levels().units
    found_at = (model.ctx.cached_query(unit_geojson.unit_bounds, level, model.day) for level in levels[1:] + levels[:1])
    every = next((list(found.values()) for found in found_at if found), [(-180.0, -60.0, 180.0, 75.0)])
    west, south, east, north = zip(*every, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _units(model: MapViewModel) -> dict[str, Any]:
    theme = theme_of(model.view.theme)
    found = unit_values(model.frame, model.layer, model.legend, model.breaks, theme, model.view.lang, model.beside)
    return found | _picked(model)


def _picked(model: MapViewModel) -> dict[str, Any]:
    """The units of the legend's chosen class stand out; the others fade."""
    places = [place for place, key in enumerate(model.classes) if key == model.view.only] if model.view.only else None
    return {"selectedpoints": places, "unselected": {"marker": {"opacity": 0.12}}}


def _joined(search: str) -> str:
    return f"{search}&" if search else "?"
