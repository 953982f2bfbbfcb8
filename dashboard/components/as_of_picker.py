"""The as-of day of a page that is laid out anew for every address: a calendar that writes the day into the URL."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.calendar import today
from geodata.locale import translate


def as_of_picker(page: str, view: View, day: date) -> Component:
    """The calendar and what the browser must know for it.

    Parameters
    ----------
    page
        Name of the page; keeps the ids of two pages apart.
    view
        What is looked at.
    day
        The day shown as chosen; days to come cannot be picked.

    Returns
    -------
    picker
        The element for the top bar; the page's ``register`` brings it to life.
    """
    calendar = dcc.DatePickerSingle(
        id=f"{page}-day",
        date=day.isoformat(),
        max_date_allowed=today().isoformat(),
        display_format="YYYY-MM-DD",
        first_day_of_week=1,
        placeholder="YYYY-MM-DD",
    )
    span = dcc.Store(id=f"{page}-span", data={"today": today().isoformat()})
    return html.Div([html.Span(translate("ui.top.as_of", view.lang)), calendar, span], className="asof")


def register(app: Dash, page: str) -> None:
    """Let the calendar change the address; the router lays the page out for the new day.

    Parameters
    ----------
    app
        The application.
    page
        The name given to ``as_of_picker``, whose ids are in the page's skeleton.
    """
    app.clientside_callback(
        ClientsideFunction("grid", "day"),
        Output(f"{page}-span", "storage_type"),
        Input(f"{page}-day", "date"),
        State(f"{page}-span", "data"),
        prevent_initial_call=True,
    )


def page_parts(page: str) -> dict[str, Any]:
    """What a page whose only duty is the calendar says of itself; everything else on it is a link.

    Parameters
    ----------
    page
        Name of the page; keeps the ids of two pages apart.

    Returns
    -------
    parts
        ``register`` and ``skeleton`` of ``dashboard.request.pages.Page``.
    """
    return {
        "register": lambda app, _ctx: register(app, page),
        "skeleton": lambda view: as_of_picker(page, view, today()),
    }
