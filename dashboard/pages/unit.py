"""``/unit/<code>``: a grid unit with its chain, its figures, the units below worst first, its lists, its history."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import asof, freshness
from dashboard.components.sheet import sheet
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.unit import panels
from dashboard.unit.listing import listing
from dashboard.unit.sight import Sight
from dashboard.view import View
from geodata.calendar import today

NAME = "unit"


def layout(desk: Desk, view: View, code: str) -> Component:
    """The whole screen; NotFound when the code was not in force on the as-of day."""
    sight = Sight(desk, view, code)
    fresh = freshness.line(
        sight.view.but(unit=code), sight.fresh, sight.day, int(sight.headline.loc["unlocated", "numerator"])
    )
    left = [panels.headline(sight), panels.ranking(sight), listing(sight)]
    right = [panels.responsibility(sight), panels.activity(sight), panels.past(sight), fresh]
    return sheet(NAME, sight, panels.crumbs(sight), panels.head(sight), left, right)


def register(app: Dash, _desk: Desk) -> None:
    """The calendar's duty; everything else on the page is a link."""
    asof.register(app, NAME)


def skeleton(view: View) -> Component:
    """The calendar without data."""
    return asof.picker(NAME, view, today())


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
