"""The end of the top bar: whose view this is, what else is open to that person, and the switches of taste."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components import page_frame
from dashboard.components.page_frame import Crumb
from dashboard.request.audience import Audience, admits_visitor
from dashboard.request.view import View
from geodata.accounts.account_admin import Visitor
from geodata.locale import Lang, say


def quiet_links(view: View, path: str, visitor: Visitor | None) -> list[Component]:
    """Links that load a page anew: management (for few), the own account, the other theme, the other language."""
    other = Lang.EN if view.lang is Lang.ZH else Lang.ZH
    theme = "dark" if view.theme == "light" else "light"
    return [
        *_own(theme_links(view), visitor),
        html.A(say(f"ui.top.theme_{theme}", view.lang), href=view.link(path, theme=theme)),
        html.A(
            say("ui.top.language", other), href=view.link(path, lang=other), lang="zh-CN" if other is Lang.ZH else "en"
        ),
    ]


def theme_links(view: View) -> View:
    """Nothing of a view but its language and theme: what a page of another matter keeps."""
    return View(theme=view.theme, lang=view.lang)


def _own(view: View, visitor: Visitor | None) -> list[Component]:
    if visitor is None:
        return []
    ways = (
        ("manage", "/admin", Audience.OPERATOR),
        ("data", "/data", Audience.STEWARD),
        ("work", "/work", Audience.STAFF),
    )
    open_ways = [
        html.A(say(f"ui.top.{key}", view.lang), href=view.link(path), className="who")
        for key, path, audience in ways
        if admits_visitor(audience, visitor)
    ]
    area = html.Span(visitor.area, className="of")
    own = html.A([visitor.name, area], href=view.link("/me"), title=say("ui.top.account", view.lang), className="who")
    return [*open_ways, own]


def plain_frame(view: View, path: str, crumbs: Sequence[Crumb], body: Component, visitor: Visitor | None) -> Component:
    """The frame of a screen without controls of its own; ``path`` is its address, for language and theme."""
    steps = html.Div(page_frame.breadcrumb(view, crumbs), className="crumbs")
    return page_frame.page_frame(
        steps, [], html.Div(quiet_links(view, path, visitor), className="quiet"), view, body, scroll=True
    )
