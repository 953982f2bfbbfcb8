"""The card of the own tokens: how each stands, a form that makes one, and the page that shows a new one once."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask import Response

from dashboard.components import forms
from dashboard.components.guidance.term_note import term_note
from dashboard.components.html_document import html_document
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.accounts import tokens
from geodata.accounts.tokens import LONGEST_NAME, PersonalToken
from geodata.calendar import today
from geodata.locale import Lang, label_of, translate

USUAL_DAYS = 90
PROGRAMS = {"curl": "csv", "excel": "csv", "qgis": "geojson"}
"""What the page of a new token explains, each by a sentence ``me.tokens.use_<program>``, and what it reads."""


def token_card(ctx: AppContext, view: View) -> Component:
    """The own tokens and the form for another one.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the language; where the acts come back to.

    Returns
    -------
    card
        Without any secret: nobody knows one but who made it.
    """
    lang = view.lang
    listed = [html.Li(_line(view, each)) for each in ctx.query(tokens.list_tokens)]
    return html.Section(
        [
            html.H2(translate("me.tokens.title", lang)),
            html.P(translate("me.tokens.lead", lang), className="mute"),
            term_note("token", lang),
            html.Ul(listed, className="tokens") if listed else html.P(translate("me.tokens.none", lang)),
            _form(ctx, view),
        ],
        className="card",
        id="tokens",
    )


def _line(view: View, token: PersonalToken) -> list[Component]:
    lang = view.lang
    reach = token.unit_name or translate("me.tokens.own", lang)
    used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else translate("me.tokens.never", lang)
    told = [
        reach,
        translate("me.tokens.made", lang, day=f"{token.made_at:%Y-%m-%d}"),
        translate("me.tokens.until", lang, day=token.expires_on),
        translate("me.tokens.used", lang, at=used),
    ]
    about = html.Div([html.B(token.name), f" {_state(token, lang)}", html.Div(" · ".join(told), className="mute")])
    if token.end_reason is not None:
        return [about]
    path, button = f"/me/tokens/{token.id}/revoke", translate("me.tokens.revoke", lang)
    return [about, forms.action_form(view, path, button=button)]


def _state(token: PersonalToken, lang: Lang) -> str:
    if token.end_reason is not None:
        return label_of(token.end_reason, lang)
    return translate(f"me.tokens.{'live' if token.expires_on >= today() else 'expired'}", lang)


def _form(ctx: AppContext, view: View) -> Component:
    lang, most = view.lang, ctx.query(tokens.most_days)
    units = [(each.code, f"{each.name} {label_of(each.level, lang)}") for each in ctx.query(tokens.own_units, today())]
    days = {"kind": "number", "min": 1, "max": most, "value": min(USUAL_DAYS, most)}
    return forms.action_form(
        view,
        "/me/tokens",
        forms.labelled_field("name", translate("me.tokens.name", lang), maxLength=LONGEST_NAME),
        forms.choice_field(
            "unit", translate("me.tokens.reach", lang), [("", translate("me.tokens.own", lang)), *units]
        ),
        forms.labelled_field("days", translate("me.tokens.days", lang, most=most), **days),
        button=translate("me.tokens.make", lang),
    )


def shown_once(ctx: AppContext, view: View, secret: str) -> Response:
    """The page of a new token, which is kept nowhere: neither in an address, nor in a session, nor in a cache.

    Parameters
    ----------
    ctx
        Has the visitor.
    view
        Of it the language; where the way back leads.
    secret
        The token.

    Returns
    -------
    page
        Complete, without scripts.
    """
    lang, back = view.lang, view.link_to("/me")
    feed = f"{ctx.settings.own_address}/api/subjects?format="
    ways = [html.Li(translate(f"me.tokens.use_{each}", lang, feed=feed + kind)) for each, kind in PROGRAMS.items()]
    field = forms.labelled_field(
        "token", translate("me.tokens.new", lang), note=translate("me.tokens.once", lang), required=False,
        value=secret, readonly=True, autoComplete="off", autoFocus=True,
    )  # fmt: skip
    inside = [
        html.H1(translate("me.tokens.done", lang)),
        field,
        html.H2(translate("me.tokens.use", lang)),
        html.Ul(ways, className="tokens"),
        html.Div(html.A(translate("me.tokens.back", lang), href=back, className="button")),
    ]
    main = html.Main(html.Div(html.Section(inside, className="card"), className="narrow"))
    title = translate("me.tokens.title", lang)
    body = plain_frame(view, "/me", [Crumb(translate("me.title", lang), back), Crumb(title)], main, ctx)
    return html_document(view, title, body)
