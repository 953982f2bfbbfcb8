"""``/subject/<id>``: a subject with its four names, its due window and everything that happened there."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import as_of_picker, freshness_line
from dashboard.components.place_page import sheet
from dashboard.request.context import Desk
from dashboard.request.pages import Audience, Page
from dashboard.request.view import View
from dashboard.screens.subject import components
from dashboard.screens.subject.view_model import Sight
from geodata.calendar import today

NAME = "subject"


def layout(desk: Desk, view: View, subject_id: str) -> Component:
    """The whole screen; NotFound when the subject was not yet on the roster on the as-of day."""
    sight = Sight(desk, view, subject_id)
    left = [components.due(sight), components.story(sight)]
    right = [
        components.responsibility(sight),
        components.facts(sight),
        components.past(sight),
        freshness_line.line(sight.view, sight.fresh, sight.day),
    ]
    return sheet(NAME, sight, components.crumbs(sight), components.head(sight), left, right)


def register(app: Dash, _desk: Desk) -> None:
    """The calendar's duty; everything else on the page is a link."""
    as_of_picker.register(app, NAME)


def skeleton(view: View) -> Component:
    """The calendar without data."""
    return as_of_picker.picker(NAME, view, today())


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
