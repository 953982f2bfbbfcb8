"""Time at the foot of the map: the months that can be played through."""

from __future__ import annotations

from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.request.view import View
from dashboard.screens.map.component_ids import Ids
from geodata.calendar import month_ends, today
from geodata.locale import translate

MOST_MONTHS = 120
"""Longer ago the calendar leads; a slider of more months could not be held."""
TICK_MS = 900


def slider_days(begins: date | None) -> list[date]:
    """The days the slider stands on: ends of the months since the facts begin.

    Parameters
    ----------
    begins
        Day of the first fact; None while there is none.

    Returns
    -------
    days
        Oldest first, the last one today; this month and the one before at least.
    """
    now = today()
    since = min(begins or now, now)
    months = (now.year - since.year) * 12 + now.month - since.month + 1
    return month_ends(now, max(2, min(months, MOST_MONTHS)))


def slider_range(begins: date | None) -> dict[str, object]:
    """What the browser has to know of the slider.

    Parameters
    ----------
    begins
        Day of the first fact; None while there is none.

    Returns
    -------
    span
        ``days`` as ISO texts; ``today``.
    """
    days = slider_days(begins)
    return {"days": [day.isoformat() for day in days], "today": days[-1].isoformat()}


def slider_position(day: date, begins: date | None) -> int:
    """Where on the slider a day stands: its month, the first one for anything earlier.

    Parameters
    ----------
    day
        The day shown, not after today.
    begins
        Day of the first fact; None while there is none.

    Returns
    -------
    place
        From 0, the month the facts begin in.
    """
    days = slider_days(begins)
    back = (days[-1].year - day.year) * 12 + days[-1].month - day.month
    return max(0, len(days) - 1 - back)


def day_picker(view: View, day: date) -> Component:
    """The as-of day as a calendar.

    Parameters
    ----------
    view
        Language, as the address says it.
    day
        The day shown.

    Returns
    -------
    calendar
        Days up to today, inclusive, can be picked.
    """
    calendar = dcc.DatePickerSingle(
        id=Ids.DAY,
        date=day.isoformat(),
        max_date_allowed=today().isoformat(),
        display_format="YYYY-MM-DD",
        first_day_of_week=1,
        placeholder=f"{translate('ui.top.as_of', view.lang)} YYYY-MM-DD",
    )
    return html.Div([html.Span(translate("ui.top.as_of", view.lang)), calendar], className="asof")


def time_controls(view: View, day: date, begins: date | None) -> list[Component]:
    """Play, the months, and the one that is shown.

    Parameters
    ----------
    view
        Language, as the address says it.
    day
        The day shown.
    begins
        Day of the first fact; None while there is none.

    Returns
    -------
    parts
        With the interval that plays, switched off.
    """
    days = slider_days(begins)
    return [
        html.Button(
            "▶", id=Ids.PLAY, className="play", n_clicks=0, **{"aria-label": translate("ui.time.play", view.lang)}
        ),
        html.Span(f"{days[0]:%Y-%m}", className="mute"),
        html.Label(translate("ui.time.month", view.lang), htmlFor=Ids.MONTH, className="sr"),
        dcc.Input(
            id=Ids.MONTH,
            type="range",
            min=0,
            max=len(days) - 1,
            step=1,
            value=slider_position(day, begins),
            debounce=0.12,
            className="months",
        ),
        html.Span(f"{day:%Y-%m}", id=Ids.NOW, className="now"),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, disabled=True),
    ]
