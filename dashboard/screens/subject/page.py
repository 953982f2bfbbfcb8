"""``/subject/<id>``: a subject with its four names, its due window and everything that happened there."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import as_of_picker, freshness_line
from dashboard.components.place_cards import past_posts
from dashboard.components.place_page import place_page
from dashboard.request.asked_view import require_choice
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.subject import components
from dashboard.screens.subject.check_card import check_card
from dashboard.screens.subject.view_model import KINDS, SubjectViewModel
from geodata.permissions import Permission

NAME = "subject"


def layout(ctx: AppContext, view: View, subject_id: str) -> Component:
    """The whole screen.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        As-of day, language and the kind of event picked out, as the address says them.
    subject_id
        The subject's number.

    Returns
    -------
    screen
        Filled.
    """
    model = SubjectViewModel(ctx, view, subject_id)
    left = [components.due_card(model), components.event_story(model)]
    right = [
        components.subject_responsibility(model),
        check_card(model),
        components.facts_card(model),
        past_posts(model),
        freshness_line.freshness_line(model.view, model.fresh, model.day),
    ]
    return place_page(NAME, model, components.subject_crumbs(model), components.subject_heading(model), left, right)


def require_subject(ctx: AppContext, view: View, subject_id: str) -> None:
    """Refuse what there is no page of.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the day and the kind of event picked out.
    subject_id
        The subject's number.

    Raises
    ------
    NotFound
        The subject was not yet on the roster on the as-of day, or is out of the visitor's sight.
    UserError
        There is no such kind of event.
    """
    _ = SubjectViewModel(ctx, view, subject_id).card
    require_choice("only", view.only, KINDS)


PAGE = Page(
    key="subject",
    path="/subject/<path:subject_id>",
    title="ui.subject.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    require=require_subject,
    **as_of_picker.page_parts(NAME),
)
