"""``/feedback``: a form for a message about the page one comes from, and the messages with their answers."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.list_pages import read_list_page
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.referring_page import referring_page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.feedback import components
from geodata.feedback import feedback_list
from geodata.feedback.feedback_list import Message
from geodata.locale import translate
from geodata.permissions import Permission, is_permitted

PATH = "/feedback"
PAGE_SIZE = 20


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page; the browser tells which page the form was opened from.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, and the page of the list.

    Returns
    -------
    page
        Complete, without scripts.
    """
    found = ctx.visitor
    assert found is not None, "the guard lets nobody else in"
    page, messages = read_list_page(ctx, view, PAGE_SIZE, feedback_list.count_feedback, feedback_list.list_feedback)
    answers = is_permitted(found.roles, Permission.ANSWER_FEEDBACK)
    about = referring_page()
    ask = components.ask_card(view, "" if about.partition("?")[0] == PATH else about)
    told = components.message_list(view, messages, page, _names(ctx, messages), answers=answers)
    body = html.Main(html.Div([*notices.act_notices(), ask, told], className="narrow"))
    return plain_frame(view, PATH, [Crumb(translate("feedback.title", view.lang))], body, ctx)


def _names(ctx: AppContext, messages: Sequence[Message]) -> dict[str, str]:
    """What the people are called who wrote or answered; a login whose account is gone stands for itself."""
    logins = {login for each in messages for login in (each.login, each.answered_by) if login}
    found = {login: ctx.find_visitor(login) for login in logins - {ctx.login}}
    return {login: person.name if person else login for login, person in found.items()} | {ctx.login: ""}


def unanswered_words(ctx: AppContext, view: View) -> str:
    """How many messages wait, in words.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the language.

    Returns
    -------
    words
        "" where none does.
    """
    count = ctx.query(feedback_list.count_unanswered)
    return translate("feedback.waiting", view.lang, count=count) if count else ""


PAGE = Page(
    key="feedback",
    path=PATH,
    title="feedback.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    tasks=(
        Task("feedback.task_answer", 70, permission=Permission.ANSWER_FEEDBACK, count=unanswered_words),
        Task("feedback.task_ask", 95),
    ),
    plain=True,
)
