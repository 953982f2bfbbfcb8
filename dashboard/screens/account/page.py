"""``/me``: who I am here, what that opens until when, where I am signed in, my tokens, a new password, the way out."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboard.auth.password import SHORTEST
from dashboard.components import forms, notices
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.account.session_card import session_card
from dashboard.screens.account.token_card import token_card
from geodata.accounts.visitor import OpenPost, Visitor
from geodata.calendar import today
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.responsibility.officer_cards import Card, list_cards


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page of whoever is signed in.

    Parameters
    ----------
    ctx
        Has the visitor; the guard lets nobody else in.
    view
        Language and theme, as the address says them.

    Returns
    -------
    page
        Complete, without scripts.
    """
    found = ctx.visitor
    assert found is not None, "the guard lets nobody else in"
    lang = view.lang
    shown = ctx.query(list_cards, found.person_no, today())
    cards = [*notices.act_notices(), _posts(found, shown, lang), session_card(ctx, view), token_card(ctx, view)]
    cards += [_password(view), _out(view)]
    return plain_frame(
        view, "/me", [Crumb(translate("me.title", lang))], html.Main(html.Div(cards, className="narrow")), ctx
    )


def _posts(found: Visitor, shown: list[Card], lang: Lang) -> Component:
    area = translate("me.everything", lang) if found.sees_all else found.area
    rows = [
        html.Li([html.B(label_of(post.role, lang)), f" {post.unit_name} ", _span(post, lang)]) for post in found.posts
    ]
    facts = html.Dl(
        [
            html.Dt(translate("door.sign_in.login", lang)),
            html.Dd(found.login),
            html.Dt(translate("me.area", lang)),
            html.Dd(area),
            html.Dt(translate("me.posts", lang)),
            html.Dd(html.Ul(rows)),
            *_cards(shown, lang),
        ]
    )
    return html.Section(
        [html.H1(found.name), facts, html.P(translate("me.private", lang), className="mute")], className="card"
    )


def _cards(shown: list[Card], lang: Lang) -> list[Component]:
    """Who has no card is told nothing of cards."""
    lines = []
    for card in shown:
        until = translate("me.card_until", lang, body=card.body, day=card.expires_on)
        lapsed = "" if card.is_valid(today()) else f" · {translate('me.card_lapsed', lang)}"
        lines.append(html.Li([html.B(card.card_no), " ", html.Span(f"{until}{lapsed}", className="mute")]))
    return [html.Dt(translate("me.cards", lang)), html.Dd(html.Ul(lines))] if lines else []


def _span(post: OpenPost, lang: Lang) -> Component:
    parts = [translate("me.post_since", lang, day=post.from_on)]
    parts += [translate("me.post_until", lang, day=post.to_on)] if post.to_on else []
    return html.Span(" · ".join(parts), className="mute")


def _password(view: View) -> Component:
    lang = view.lang
    new = {"kind": "password", "autoComplete": "new-password", "minLength": SHORTEST}
    fields = [
        forms.hidden_field("csrf_token", generate_csrf()),
        forms.labelled_field("old", translate("me.old", lang), kind="password", autoComplete="current-password"),
        forms.labelled_field(
            "new", translate("me.new", lang), note=translate("me.new_note", lang, shortest=SHORTEST), **new
        ),
        forms.labelled_field("again", translate("me.again", lang), **new),
        forms.submit_button(translate("me.save", lang), soft=True),
    ]
    shape = html.Form(fields, method="post", action=view.link_to("/me/password"), className="form")
    return html.Section([html.H2(translate("me.change", lang)), shape], className="card")


def _out(view: View) -> Component:
    inside = [
        forms.hidden_field("csrf_token", generate_csrf()),
        forms.submit_button(translate("me.out", view.lang), soft=True),
    ]
    return html.Form(inside, method="post", action="/sign-out", className="form")


PAGE = Page(
    key="me",
    path="/me",
    title="me.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    tasks=(Task("me.task", 90),),
    plain=True,
)
