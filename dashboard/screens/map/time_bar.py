"""Time at the foot of the map: the months that can be played through."""

from __future__ import annotations

from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.request.view import View
from dashboard.screens.map.component_ids import Ids
from geodata.calendar import month_ends, today
from geodata.locale import translate

MONTHS = 30
TICK_MS = 900


def slider_range() -> dict[str, object]:
    """The days the slider stands on, oldest first, and today.

    Returns
    -------
    span
        ``days``: ends of the last ``MONTHS`` months as ISO texts, the last one today; ``today``.
    """
    now = today()
    return {"days": [day.isoformat() for day in month_ends(now, MONTHS)], "today": now.isoformat()}


def slider_position(day: date) -> int:
    """Where on the slider a day stands: its month, the first one for anything earlier.

    Parameters
    ----------
    day
        The day shown, not after today.

    Returns
    -------
    place
        From 0 to ``MONTHS - 1``, which is this month.
    """
    now = today()
    back = (now.year - day.year) * 12 + now.month - day.month
    return max(0, MONTHS - 1 - back)


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


def time_controls(view: View, day: date) -> list[Component]:
    """Play, the months, and the one that is shown.

    Parameters
    ----------
    view
        Language, as the address says it.
    day
        The day shown.

    Returns
    -------
    parts
        With the interval that plays, switched off.
    """
    days = month_ends(today(), MONTHS)
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
            max=MONTHS - 1,
            step=1,
            value=slider_position(day),
            debounce=0.12,
            className="months",
        ),
        html.Span(f"{day:%Y-%m}", id=Ids.NOW, className="now"),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, disabled=True),
    ]
