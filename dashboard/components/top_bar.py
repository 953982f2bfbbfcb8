"""The end of the top bar: the navigation, whose view this is, and the switches of language and theme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from dash import html
from dash.development.base_component import Component

from dashboard.components import page_frame
from dashboard.components.guidance.notice_link import notice_link
from dashboard.components.page_frame import Crumb
from dashboard.components.search_box.search_way import search_way
from dashboard.request.context import AppContext
from dashboard.request.navigation import NavGroup, NavLink, group_links, open_links
from dashboard.request.view import View
from geodata.accounts.visitor import Visitor
from geodata.backup.nightly import is_backup_late
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission, is_permitted

SAME = "?"
"""The address at hand without its question: an empty one would be the address with it."""
OWN = {"help": "/help", "notices": "/notices", "feedback": "/feedback", "account": "/me"}
"""What the menu holds for everybody beside the navigation: a word under ``ui.top`` → its address."""


def quiet_links(view: View, path: str, ctx: AppContext | None) -> list[Component]:
    """The search, and in one menu the navigation, the own account, the other theme, the other language.

    Parameters
    ----------
    view
        What is looked at; language and theme go along with every link.
    path
        The page's own address, for the switches of language and theme; "" for the one at hand, without its question.
    ctx
        Knows the links there are and who is asking; None for a page of nobody, which has the switches alone.

    Returns
    -------
    links
        The way into the search first; of the navigation only what the visitor may open; warnings stand before the menu.
    """
    other = Lang.EN if view.lang is Lang.ZH else Lang.ZH
    theme = "dark" if view.theme == "light" else "light"
    switches: list[Component] = [
        html.A(translate(f"ui.top.theme_{theme}", view.lang), href=view.link_to(path, theme=theme) or SAME),
        html.A(
            translate("ui.top.language", other),
            href=view.link_to(path, lang=other) or SAME,
            lang="zh-CN" if other is Lang.ZH else "en",
        ),
    ]
    if ctx is None or ctx.visitor is None:
        return switches
    return [search_way(view), *_own(theme_links(view), ctx, ctx.visitor, switches)]


def theme_links(view: View) -> View:
    """Nothing of a view but its language and theme: what a page of another matter keeps.

    Parameters
    ----------
    view
        What is looked at.

    Returns
    -------
    view
        All else as by default.
    """
    return View(theme=view.theme, lang=view.lang)


def _own(view: View, ctx: AppContext, visitor: Visitor, switches: list[Component]) -> list[Component]:
    """What cannot wait, and under the visitor's name, folded up without a script, all else."""
    told = is_permitted(visitor.roles, Permission.SEE_JOBS) and _told_of_backups(ctx)
    warned = [html.B(translate(told, view.lang), className="warn", role="status")] if told else []
    whose = html.Summary([html.B(visitor.name), html.Span(visitor.area, className="of")], className="who")
    own = [
        html.A(translate(f"ui.top.{name}", view.lang), href=view.link_to(path), className="own")
        for name, path in OWN.items()
    ]
    inside = [*navigation_links(view, open_links(ctx.navigation, visitor)), *own, *switches]
    return [*warned, *notice_link(view, ctx), html.Details([whose, html.Div(inside)], className="menu")]


def _told_of_backups(ctx: AppContext) -> str:
    """What whoever sees after the server is told of them: a key of the catalogue, or nothing."""
    if not ctx.settings.backups_kept:
        return "backup.none_made"
    return "backup.late" if is_backup_late(ctx.settings, datetime.now(UTC)) else ""


def navigation_links(view: View, links: Sequence[NavLink]) -> list[Component]:
    """The links beside each other; more than a handful folded up by group, which needs no script.

    Parameters
    ----------
    view
        Where the links start from.
    links
        Those that are shown, in their order.

    Returns
    -------
    links
        Anchors; of more than ``HANDFUL`` links folded groups of anchors.
    """
    shown: list[Component] = []
    for group, found in group_links(links):
        anchors = [
            html.A(translate(link.title, view.lang), href=view.link_to(link.path), className="who") for link in found
        ]
        shown += anchors if group is None else [_folded(view, group, anchors)]
    return shown


def _folded(view: View, group: NavGroup, anchors: list[Component]) -> Component:
    return html.Details([html.Summary(label_of(group, view.lang)), html.Div(anchors)], className="group")


def plain_frame(view: View, path: str, crumbs: Sequence[Crumb], body: Component, ctx: AppContext | None) -> Component:
    """The frame of a screen without controls of its own.

    Parameters
    ----------
    view
        What is looked at.
    path
        The screen's address, for the switches of language and theme.
    crumbs
        From the highest step down.
    body
        Everything under the bar.
    ctx
        Knows the links there are and who is asking; None where that cannot be found out.

    Returns
    -------
    screen
        What a page's ``layout`` gives; it may be longer than the window.
    """
    steps = html.Div(page_frame.breadcrumb(view, crumbs), className="crumbs")
    return page_frame.page_frame(
        steps,
        [],
        html.Div(quiet_links(view, path, ctx), className="quiet"),
        view,
        body,
        scroll=True,
        heading=crumbs[-1].text if crumbs else "",
    )
