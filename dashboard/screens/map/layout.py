"""The one map's screen: where every part stands, filled for a view, and what changes from one view to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import freshness_line, notices, page_frame, top_bar
from dashboard.components.narrowing import narrow_bar
from dashboard.request.incident import log_incident
from dashboard.request.pages import STEER
from dashboard.request.view import View
from dashboard.screens.map import (
    components,
    fault_card,
    inset_card,
    map_controls,
    map_drawing,
    note_pins,
    table_twin,
    time_bar,
    two_days,
    view_tools,
    worst_first,
)
from dashboard.screens.map.component_ids import Ids
from dashboard.screens.map.view_model import MapViewModel
from geodata.calendar import today
from geodata.locale import translate
from geodata.outage import outage_of
from geodata.territory import unit_geojson
from layers.figure import graph_config

PANELS: dict[str, Callable[[MapViewModel], Any]] = {
    "crumbs": lambda model: page_frame.breadcrumb(model.view, components.map_crumbs(model)),
    "quiet": lambda model: top_bar.quiet_links(model.view, "/", model.ctx),
    Ids.LAYERS: components.layer_switch,
    Ids.LEVELS: components.level_switch,
    Ids.SWITCHES: components.overlay_switches,
    Ids.MOVES: lambda model: [*map_controls.map_buttons(model), *view_tools.tool_buttons(model.view)],
    Ids.STAMPS: lambda model: components.map_stamps(
        model, model.ctx.cached_query(unit_geojson.has_schematic, model.level, model.day)
    ),
    Ids.INSET: inset_card.inset_card,
    Ids.LEGEND: components.map_legend,
    Ids.SPOT: fault_card.fault_details,
    Ids.NARROW: lambda model: narrow_bar.narrow_bar(model.ctx, model.view, "/", model.day, model.within),
    Ids.COMPARE: two_days.compare_panel,
    Ids.SIDES: two_days.both_pictures,
    Ids.NOTES: note_pins.note_pins,
    Ids.TILES: components.map_headline,
    Ids.RANKING: worst_first.worst_first_list,
    Ids.CHAIN: components.responsibility_card,
    Ids.FRESH: lambda model: freshness_line.freshness_line(
        model.view,
        model.fresh,
        model.day,
        int(model.headline.loc["unlocated", "numerator"]),
        components.headline_terms(),
    ),
    Ids.TABLE: table_twin.table_drawer,
}
"""Every part beside the map, by the id of the place it fills. Each fails alone."""


def filled_panels(model: MapViewModel) -> list[Any]:
    """The parts of ``PANELS`` in order; a part that fails is an alert with an incident number.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        As many as ``PANELS``.
    """
    return [build_or_alert(model, name, lambda build=build: build(model)) for name, build in PANELS.items()]


def build_or_alert(model: MapViewModel, what: str, build: Callable[[], Any]) -> Any:
    """What ``build`` gives, or the alert that stands in its place.

    Parameters
    ----------
    model
        One view of the map, for its language and links.
    what
        Id of the part; its word is ``ui.part.<what>``.
    build
        Makes the part.

    Returns
    -------
    part
        Any error of ``build`` gives an alert with an incident number, and is logged.
    """
    try:
        return build()
    except Exception as fault:  # the rest of the page stands; the incident is logged
        if outage_of(fault):
            raise
        return notices.alert_card(model.view, log_incident(what), translate(f"ui.part.{what}", model.view.lang))


def layout(model: MapViewModel) -> Component:
    """The whole screen of a view.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    screen
        Every part filled; an alert instead of a part that fails.
    """
    parts = dict(zip(PANELS, filled_panels(model), strict=True))
    drawn = build_or_alert(model, Ids.MAP, lambda: map_drawing.screen_figure(model))
    if isinstance(drawn, Component):
        return arrange_panels(model.view, model.day, model.begins, parts, {}, drawn, webgl=model.client.webgl)
    return arrange_panels(model.view, model.day, model.begins, parts, drawn, None, webgl=model.client.webgl)


def empty_panels(view: View) -> Component:
    """The same places without data.

    Parameters
    ----------
    view
        Language and theme, as the address says them.

    Returns
    -------
    screen
        Every id of the screen, on today's day.
    """
    return arrange_panels(view, today(), None, {}, {}, None, webgl=True)


def arrange_panels(
    view: View,
    day: date,
    begins: date | None,
    parts: dict[str, Any],
    figure: Any,
    alert: Component | None,
    *,
    webgl: bool,
) -> Component:
    """Every part in its place.

    Parameters
    ----------
    view
        The view shown.
    day
        The day shown.
    begins
        Day of the first fact; None while there is none.
    parts
        What fills each place of ``PANELS``, by id; one that is missing stays empty.
    figure
        The map's figure; {} for none.
    alert
        What stands over a map that failed; None for none.
    webgl
        False says that the map is drawn in SVG.

    Returns
    -------
    screen
        With top bar, map, column and table.
    """
    slots = {name: html.Div(parts.get(name), id=name, className=SLOT_CLASS.get(name)) for name in PANELS}
    pane = html.Section(
        [
            dcc.Graph(id=Ids.MAP, figure=figure, config=graph_config(view.lang), responsive=True, className="graph"),
            map_controls.drawing_words(view),
            slots[Ids.SWITCHES],
            slots[Ids.MOVES],
            slots[Ids.STAMPS],
            slots[Ids.INSET],
            slots[Ids.LEGEND],
            slots[Ids.SPOT],
            slots[Ids.SIDES],
            slots[Ids.NOTES],
            view_tools.tool_panel(view),
            html.Div(alert, id=Ids.ALERTS, className="alerts"),
            html.Div(time_bar.time_controls(view, day, begins), className="time over"),
            None if webgl else html.Div(translate("ui.map.svg", view.lang), className="svg-note over", role="status"),
        ],
        className="map",
        **{"aria-label": translate("ui.map.label", view.lang), "data-steers": ""},
    )
    column = html.Aside(
        [
            html.Div([slots[Ids.COMPARE], slots[Ids.NARROW]], className="bars"),
            slots[Ids.TILES],
            slots[Ids.RANKING],
            slots[Ids.CHAIN],
            slots[Ids.FRESH],
        ],
        className="column",
        **{"aria-label": translate("ui.map.column", view.lang)},
    )
    body = html.Main([pane, column, slots[Ids.TABLE], *browser_stores(view, begins)], className="one-map")
    controls = [slots[Ids.LAYERS], slots[Ids.LEVELS], time_bar.day_picker(view, day)]
    return page_frame.page_frame(slots["crumbs"], controls, slots["quiet"], view, body)


SLOT_CLASS = {
    "crumbs": "crumbs",
    "quiet": "quiet",
    Ids.SWITCHES: "switches over",
    Ids.MOVES: "moves over",
    Ids.STAMPS: "stamps over",
    Ids.INSET: "inset over",
    Ids.LEGEND: "legend over",
    Ids.SPOT: "spot-slot",
    Ids.SIDES: "sides-slot",
    Ids.NOTES: "notes-slot",
    Ids.TILES: "tiles",
    Ids.RANKING: "card list",
    Ids.CHAIN: "card chain-slot",
}


def browser_stores(view: View, begins: date | None) -> list[Component]:
    """What the browser keeps between two answers.

    Parameters
    ----------
    view
        The view shown; the browser gives it back with the next question.
    begins
        Day of the first fact; None while there is none.

    Returns
    -------
    stores
        Only the shown view and the months are filled.
    """
    return [
        dcc.Store(id=STEER),
        dcc.Store(id=Ids.SHOWN, data=view.search),
        dcc.Store(id=Ids.SPAN, data=time_bar.slider_range(begins)),
    ]
