"""``/``: the one map. The address is its state; one callback takes addresses and clicks and asks for the next view."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.development.base_component import Component

from dashboard.components.guidance.task_counts import count_of_indicator
from dashboard.request.asked_view import require_choice
from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.pages import STEER, Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.map import layout as screen
from dashboard.screens.map.component_ids import Ids
from dashboard.screens.map.view_model import MapViewModel
from geodata.errors import NotFound
from geodata.permissions import Permission

OUTPUTS: tuple[tuple[str, str], ...] = (
    ("url", "search"),
    (Ids.MAP, "clickData"),
    (Ids.MAP, "figure"),
    (Ids.ALERTS, "children"),
    (Ids.MONTH, "value"),
    (Ids.DAY, "date"),
    (Ids.NOW, "children"),
    (Ids.SHOWN, "data"),
)
"""What an answer changes besides the panels, which follow in their order: ``reduce`` of ``35_map_answer.js``."""


def layout(ctx: AppContext, view: View, client: dict[str, Any] | None = None) -> Component:
    """The screen of a view.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        The view, as the address says it.
    client
        What the browser told of its window; None: the office's usual one.

    Returns
    -------
    screen
        Filled.
    """
    return screen.layout(MapViewModel(ctx, view, Client.parse(client)))


def require_view(ctx: AppContext, view: View) -> None:
    """Refuse an address that names nothing: that is a page of its own, not a map without a middle.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        The view, as the address says it.

    Raises
    ------
    NotFound
        The unit, the subject or the item is not there on the day.
    UserError
        The layer has no such class.
    """
    model = MapViewModel(ctx, view, Client())
    _ = model.path, model.chain
    if view.item and model.fault is None:
        raise NotFound("work.no_such_item", item=view.item)
    require_choice("only", model.view.only, model.known_classes)


def register(app: Dash, _ctx: AppContext) -> None:
    """The reducer, and the browser's own small duties: days and play. All run in the browser.

    Parameters
    ----------
    app
        The Dash app; callbacks are added to it.
    _ctx
        Not needed: what they show they ask of an address (``routes.py``).
    """
    for name, outputs, inputs in BROWSER:
        app.clientside_callback(ClientsideFunction("grid", name), outputs, *inputs, prevent_initial_call=True)


BROWSER: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
    (
        "reduce",
        [*(Output(*each) for each in OUTPUTS), *(Output(name, "children") for name in screen.PANELS)],
        (Input(STEER, "data"), Input(Ids.MAP, "clickData"), State(Ids.SHOWN, "data"), State("asked", "data")),
    ),
    ("day", Output(Ids.SPAN, "storage_type"), (Input(Ids.DAY, "date"), State(Ids.SPAN, "data"))),
    ("month", Output(Ids.SPAN, "modified_timestamp"), (Input(Ids.MONTH, "value"), State(Ids.SPAN, "data"))),
    (
        "play",
        [Output(Ids.MONTH, "value", allow_duplicate=True), Output(Ids.TICK, "disabled"), Output(Ids.PLAY, "children")],
        (
            Input(Ids.PLAY, "n_clicks"),
            Input(Ids.TICK, "n_intervals"),
            State(Ids.MONTH, "value"),
            State(Ids.MONTH, "max"),
            State(Ids.TICK, "disabled"),
            State(Ids.NOW, "children"),
            State(Ids.SPAN, "data"),
        ),
    ),
)
"""Browser callbacks: function of ``30_grid.js`` or ``35_map_answer.js``, what it gives, what it takes."""


def map_skeleton(view: View) -> Component:
    """The same places without data.

    Parameters
    ----------
    view
        Language and theme, as the address says them.

    Returns
    -------
    screen
        Every id of the screen.
    """
    return screen.empty_panels(view)


PAGE = Page(
    key="map",
    path="/",
    title="ui.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    require=require_view,
    register=register,
    skeleton=map_skeleton,
    tasks=(
        Task("ui.map.task_overdue", 10, asked={"layer": "overdue"}, count=count_of_indicator("overdue")),
        Task("ui.map.task_chain", 30, asked={"layer": "chain"}, count=count_of_indicator("chain_complete")),
    ),
    hints=("map_click", "map_number", "map_day"),
    steers=True,
)
