"""``/subject/<id>``: a subject with its four names, its due window and everything that happened there."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import asof, freshness
from dashboard.components.sheet import sheet
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.subject import panels
from dashboard.subject.sight import Sight
from dashboard.view import View
from geodata.calendar import today

NAME = "subject"


def layout(desk: Desk, view: View, subject_id: str) -> Component:
    """The whole screen; NotFound when the subject was not yet on the roster on the as-of day."""
    sight = Sight(desk, view, subject_id)
    left = [panels.due(sight), panels.story(sight)]
    right = [
        panels.responsibility(sight),
        panels.facts(sight),
        panels.past(sight),
        freshness.line(sight.view, sight.fresh, sight.day),
    ]
    return sheet(NAME, sight, panels.crumbs(sight), panels.head(sight), left, right)


def register(app: Dash, _desk: Desk) -> None:
    """The calendar's duty; everything else on the page is a link."""
    asof.register(app, NAME)


def skeleton(view: View) -> Component:
    """The calendar without data."""
    return asof.picker(NAME, view, today())


PAGE = Page(
    key="subject",
    path="/subject/<subject_id>",
    title="ui.subject.title",
    order=0,
    audience=Audience.STAFF,
    layout=layout,
    register=register,
    skeleton=skeleton,
)
