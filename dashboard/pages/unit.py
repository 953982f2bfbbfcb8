"""``/unit/<code>``: a grid unit with its chain, its figures, the units below worst first, its lists, its history."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components import asof, freshness, shell
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
    steps = html.Div(shell.breadcrumb(sight.view, panels.crumbs(sight)), className="crumbs")
    quiet = html.Div(shell.quiet(sight.view, sight.address), className="quiet")
    fresh = freshness.line(
        sight.view.but(unit=code), sight.fresh, sight.day, int(sight.headline.loc["unlocated", "numerator"])
    )
    left = [panels.headline(sight), panels.ranking(sight), listing(sight)]
    right = [panels.responsibility(sight), panels.activity(sight), panels.past(sight), fresh]
    body = html.Main(
        [panels.head(sight), html.Div(left, className="main"), html.Aside(right, className="side")], className="sheet"
    )
    return shell.frame(steps, [asof.picker(NAME, sight.view, sight.day)], quiet, sight.view, body, scroll=True)


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
