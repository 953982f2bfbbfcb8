"""``/unit/<code>``: a grid unit with its chain, its figures, the units below worst first, its lists, its history."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import as_of_picker, freshness_line
from dashboard.components.place_page import sheet
from dashboard.request.context import Desk
from dashboard.request.pages import Audience, Page
from dashboard.request.view import View
from dashboard.screens.unit import components
from dashboard.screens.unit.unit_list import listing
from dashboard.screens.unit.view_model import Sight
from geodata.calendar import today

NAME = "unit"


def layout(desk: Desk, view: View, code: str) -> Component:
    """The whole screen; NotFound when the code was not in force on the as-of day."""
    sight = Sight(desk, view, code)
    fresh = freshness_line.line(
        sight.view.but(unit=code), sight.fresh, sight.day, int(sight.headline.loc["unlocated", "numerator"])
    )
    left = [components.headline(sight), components.ranking(sight), listing(sight)]
    right = [components.responsibility(sight), components.activity(sight), components.past(sight), fresh]
    return sheet(NAME, sight, components.crumbs(sight), components.head(sight), left, right)


def register(app: Dash, _desk: Desk) -> None:
    """The calendar's duty; everything else on the page is a link."""
    as_of_picker.register(app, NAME)


def skeleton(view: View) -> Component:
    """The calendar without data."""
    return as_of_picker.picker(NAME, view, today())


PAGE = Page(
    key="unit",
    path="/unit/<code>",
    title="ui.unit.title",
    order=0,
    audience=Audience.STAFF,
    layout=layout,
    register=register,
    skeleton=skeleton,
)
