"""First-visit hints: one line under the header, which its reader closes for good."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask import has_request_context
from flask_wtf.csrf import generate_csrf

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.locale import translate
from geodata.notices.seen_hints import closed_hints


def with_hint(ctx: AppContext, view: View, hints: tuple[str, ...], screen: Component) -> Component:
    """A screen with the first of its hints that whoever looks has not closed.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language and theme.
    hints
        Keys of the page's hints, in their order.
    screen
        What the page's layout gives; the header is its first part.

    Returns
    -------
    screen
        The same, changed where there is a hint to show; a screen that no browser asks for has none to close.
    """
    if not hints or ctx.visitor is None or not has_request_context():
        return screen
    closed = ctx.query(closed_hints)
    still = [hint for hint in hints if hint not in closed]
    if still and isinstance(screen.children, list):
        screen.children.insert(1, _bar(view, still[0], hints))
    return screen


def _bar(view: View, hint: str, hints: tuple[str, ...]) -> Component:
    lang = view.lang
    which = translate("ui.hint.which", lang, number=hints.index(hint) + 1, all=len(hints))
    told = html.P([html.B(which), f" {translate(f'hint.{hint}', lang)}"])
    # the token goes along as the button's value: a page of Dash has no other hidden field
    close = html.Button(
        translate("ui.hint.close", lang), type="submit", className="button", name="csrf_token", value=generate_csrf()
    )
    form = html.Form(close, method="post", action=view.link_to(f"/help/hints/{hint}/close"))
    return html.Aside([told, form], className="hint", **{"aria-label": translate("ui.hint.named", lang)})
