"""``/unit/<code>``: a grid unit with its chain, its figures, the units below worst first, its lists, its history."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import as_of_picker, freshness_line
from dashboard.components.place_page import place_page
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.unit import components
from dashboard.screens.unit.unit_list import unit_list
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.calendar import today
from geodata.permissions import Permission

NAME = "unit"


def layout(ctx: AppContext, view: View, code: str) -> Component:
    """The whole screen.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        As-of day, language, indicator and state picked out, as the address says them.
    code
        The unit.

    Returns
    -------
    screen
        Filled.

    Raises
    ------
    NotFound
        The code was not in force on the as-of day.
    Forbidden
        The visitor would see only a part of the unit.
    """
    model = UnitViewModel(ctx, view, code)
    fresh = freshness_line.freshness_line(
        model.view.with_fields(unit=code), model.fresh, model.day, int(model.headline.loc["unlocated", "numerator"])
    )
    left = [components.unit_headline(model), components.unit_ranking(model), unit_list(model)]
    right = [
        components.unit_responsibility(model),
        components.activity_card(model),
        components.past_posts(model),
        fresh,
    ]
    return place_page(NAME, model, components.unit_crumbs(model), components.unit_heading(model), left, right)


def register(app: Dash, _desk: AppContext) -> None:
    """The calendar's duty; everything else on the page is a link.

    Parameters
    ----------
    app
        The Dash app; a callback is added to it.
    _desk
        Not used.
    """
    as_of_picker.register(app, NAME)


def unit_skeleton(view: View) -> Component:
    """The calendar without data.

    Parameters
    ----------
    view
        Language, as the address says it.

    Returns
    -------
    calendar
        On today's day.
    """
    return as_of_picker.as_of_picker(NAME, view, today())


PAGE = Page(
    key="unit",
    path="/unit/<code>",
    title="ui.unit.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    register=register,
    skeleton=unit_skeleton,
)
