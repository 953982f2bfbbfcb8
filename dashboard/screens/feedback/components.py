"""What ``/feedback`` shows: the form, and the messages with their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card
from dashboard.components.html_markup import Tag
from dashboard.components.list_pages import ListPage, page_links
from dashboard.request.view import View
from geodata.feedback.feedback_acts import LONGEST
from geodata.feedback.feedback_list import Message
from geodata.locale import Lang, translate


def ask_card(view: View, about: str) -> Component:
    """The form for a message.

    Parameters
    ----------
    view
        Of it language and theme.
    about
        Address of the page it was opened from; "" where that is not known.

    Returns
    -------
    card
        Works without a script.
    """
    lang = view.lang
    page = html.P(translate("feedback.about", lang, address=about), className="mute address") if about else None
    form = forms.action_form(
        view,
        "/feedback/ask",
        forms.hidden_field("about", about),
        _words("message", translate("feedback.message", lang), translate("feedback.note", lang, longest=LONGEST)),
        button=translate("feedback.send", lang),
        soft=False,
    )
    return card(translate("feedback.ask", lang), html.Div([page, form], className="feedback"))


def message_list(
    view: View, messages: Sequence[Message], page: ListPage, names: Mapping[str, str], *, answers: bool
) -> Component:
    """The messages, each with its answer or the form for one.

    Parameters
    ----------
    view
        Language, and where the list stands.
    messages
        In the order they are shown in.
    page
        The page of the list they stand on.
    names
        Login → what its person is called; the reader's own is "".
    answers
        Whether whoever looks may answer.

    Returns
    -------
    card
        Texts are shown as they were written.
    """
    lang = view.lang
    rows = [_message(view, each, names, answers=answers) for each in messages]
    found = html.Ol(rows, className="messages") if rows else html.P(translate("ui.list.none", lang), className="none")
    title = translate("feedback.all" if answers else "feedback.own", lang)
    return card(title, found, beside=page_links(view, "/feedback", page))


def _message(view: View, each: Message, names: Mapping[str, str], *, answers: bool) -> Component:
    lang = view.lang
    state = html.Span(
        translate(f"feedback.{'open' if each.is_open else 'answered'}", lang),
        className="warn" if each.is_open else "ok",
    )
    who = f"{names[each.login]} · " if names[each.login] else ""
    head = html.Div([html.B(str(each.number)), f" {who}{each.asked_at:%Y-%m-%d %H:%M} · ", state], className="mute")
    inside = [head, *_page(each, lang), html.P(each.message, className="said-by")]
    if each.answered_by is not None:
        name = names[each.answered_by] or translate("feedback.you", lang)
        by = translate("feedback.answered_by", lang, name=name, at=f"{each.answered_at:%Y-%m-%d %H:%M}")
        inside += [html.Blockquote([html.P(each.answer, className="said-by"), html.Small(by, className="mute")])]
    if answers:
        inside.append(_answer_form(view, each))
    return html.Li(inside, id=f"feedback-{each.number}")


def _page(each: Message, lang: Lang) -> list[Component]:
    if not each.page_address:
        return []
    named = f"{translate('feedback.page', lang)} {each.page_address}"
    return [html.Div(html.A(named, href=each.page_address), className="address")]


def _answer_form(view: View, each: Message) -> Component:
    lang = view.lang
    key = "answer" if each.is_open else "again"
    form = forms.action_form(
        view,
        f"/feedback/{each.number}/answer",
        _words(f"answer-{each.number}", translate("feedback.answer", lang), "", named="answer"),
        button=translate(f"feedback.{key}", lang),
        soft=not each.is_open,
    )
    return html.Details([html.Summary(translate(f"feedback.{key}", lang)), form], open=each.is_open)


def _words(key: str, text: str, note: str, named: str = "") -> Component:
    box = Tag("textarea", "", id=f"field-{key}", name=named or key, rows="4", required=True, maxLength=str(LONGEST))
    below = html.Small(note, className="mute") if note else None
    return html.Div([html.Label(text, htmlFor=f"field-{key}"), box, below], className="field wide")  # type: ignore[list-item]
