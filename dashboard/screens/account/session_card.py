"""The card of the own sessions: where the account is signed in, this place marked, and ways to end the others."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.request.context import AppContext
from dashboard.request.signed_in import present_session
from dashboard.request.view import View
from geodata.accounts import sessions
from geodata.accounts.sessions import OwnSession
from geodata.locale import label_of, translate


def session_card(ctx: AppContext, view: View) -> Component:
    """Every open session of whoever is signed in.

    Parameters
    ----------
    ctx
        Of the request; the list is asked for by the session itself, at the door.
    view
        Of it the language; where the acts come back to.

    Returns
    -------
    card
        Without a button where there is no other session.
    """
    lang = view.lang
    found = ctx.execute_at_door(sessions.list_own_sessions, present_session())
    others = sum(not each.is_present for each in found)
    every = forms.action_form(view, "/me/sessions/end-others", button=translate("me.sessions.end_others", lang))
    return html.Section(
        [
            html.H2(translate("me.sessions.title", lang)),
            html.P(translate("me.sessions.lead", lang), className="mute"),
            html.Ul([html.Li(_line(view, each)) for each in found], className="tokens"),
            every if others else html.P(translate("me.sessions.alone", lang), className="mute"),
        ],
        className="card",
        id="sessions",
    )


def _line(view: View, session: OwnSession) -> list[Component]:
    lang = view.lang
    here = html.Span(f" {translate('me.sessions.here', lang)}", className="ok") if session.is_present else None
    told = [
        translate("me.sessions.begun", lang, at=f"{session.begun_at:%Y-%m-%d %H:%M}"),
        translate("me.sessions.seen", lang, at=f"{session.seen_at:%Y-%m-%d %H:%M}"),
        *([translate("me.sessions.network", lang, network=_network(session.network))] if session.network else []),
    ]
    name = f"{label_of(session.browser, lang)} · {label_of(session.operating_system, lang)}"
    about = html.Div([html.B(name), here, html.Div(" · ".join(told), className="mute")])
    if session.is_present:
        return [about]
    path, button = f"/me/sessions/{session.id}/end", translate("me.sessions.end", lang)
    return [about, forms.action_form(view, path, button=button)]


def _network(network: str) -> str:
    """As people know addresses: the numbers that are not kept are stars."""
    return network.replace(".0/24", ".*")
