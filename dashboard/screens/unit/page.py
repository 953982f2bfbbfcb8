"""``/unit/<code>``: a grid unit with its chain, its figures, the units below worst first, its lists, its history."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import as_of_picker, freshness_line
from dashboard.components.guidance.term_note import term_line
from dashboard.components.narrowing.narrow_bar import narrow_bar
from dashboard.components.place_cards import past_posts
from dashboard.components.place_page import place_page
from dashboard.request.asked_view import require_choice
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.tasks import OWN_UNIT, Task
from dashboard.request.view import View
from dashboard.screens.unit import components
from dashboard.screens.unit.unit_list import unit_list
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.indicators import INDICATORS
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
    """
    model = UnitViewModel(ctx, view, code)
    fresh = freshness_line.freshness_line(
        model.view.with_fields(unit=code), model.fresh, model.day, int(model.headline.loc["unlocated", "numerator"])
    )
    words = term_line((*INDICATORS, "ratio"), view.lang)
    picks = narrow_bar(model.ctx, model.view, model.address, model.day, model.within)
    left = [picks, components.unit_headline(model), words, components.unit_ranking(model), unit_list(model)]
    right = [components.unit_responsibility(model), components.activity_card(model), past_posts(model), fresh]
    return place_page(NAME, model, components.unit_crumbs(model), components.unit_heading(model), left, right)


def require_unit(ctx: AppContext, view: View, code: str) -> None:
    """Refuse what there is no page of.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the day and what is picked out.
    code
        The unit.

    Raises
    ------
    NotFound
        The code was not in force on the as-of day.
    Forbidden
        The visitor would see only a part of the unit.
    UserError
        The rows of the number picked have no such state.
    """
    model = UnitViewModel(ctx, view, code)
    _ = model.path
    require_choice("only", view.only, tuple(model.indicator.states))


PAGE = Page(
    key="unit",
    path="/unit/<path:code>",
    title="ui.unit.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    require=require_unit,
    tasks=(Task("ui.unit.task", 20, path=f"/unit/{OWN_UNIT}"),),
    hints=("unit_lists",),
    **as_of_picker.page_parts(NAME),
)
