"""The frame every screen stands in: title, breadcrumb, the screen's own controls, language and theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.calendar import today
from geodata.locale import translate

CONTENT = "content"
"""Id of what stands under the bar: the link that skips the bar leads there."""


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; without an address it is where the person stands."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Choice:
    """One segment of a switch."""

    text: str
    href: str
    chosen: bool
    hint: str = ""


def page_frame(
    crumbs: Component,
    controls: Sequence[Component],
    tastes: Component,
    view: View,
    body: Component,
    *,
    scroll: bool = False,
    heading: str = "",
) -> Component:
    """A whole screen: the top bar over its body.

    A screen that steers gives ``crumbs`` and ``tastes`` ids.

    Parameters
    ----------
    crumbs
        Holds :func:`breadcrumb`.
    controls
        The screen's own, at the right of the bar.
    tastes
        Holds ``top_bar.quiet_links``.
    view
        What is looked at; home is the map as it sees it, of the whole area.
    body
        Everything under the bar.
    scroll
        For screens that are longer than the window.
    heading
        What a screen reader is told first of a body without a heading of the first level; "": what the program is.

    Returns
    -------
    screen
        What a page's ``layout`` gives.
    """
    home = view.link_to("/", unit=None, subject=None, level=View().level, only=None, table=False)
    skip = html.A(translate("ui.top.skip", view.lang), href=f"#{CONTENT}", className="skip")
    bar = [html.A(translate("ui.title", view.lang), href=home, className="brand"), crumbs, html.Div(className="space")]
    head = html.Header([skip, *bar, *controls, tastes], className="top")
    body.id = CONTENT
    told = [] if _has_heading(body) else [html.H1(heading or translate("ui.title", view.lang), className="sr")]
    foot = html.Footer(
        [html.Span(translate("ui.top.printed", view.lang, day=view.asof or today())), html.Span(className="address")],
        className="print-foot",
    )
    return html.Div([head, *told, body, foot], className="page scroll" if scroll else "page")


def _has_heading(part: Any) -> bool:
    """Whether a component, a text or a list of both has a heading of the first level anywhere in it."""
    if isinstance(part, html.H1):
        return True
    inside = part if isinstance(part, (list, tuple)) else getattr(part, "children", None)
    return any(map(_has_heading, inside if isinstance(inside, (list, tuple)) else [inside] if inside else []))


def breadcrumb(view: View, crumbs: Sequence[Crumb]) -> Component:
    """Steps such as 区 › 镇 › 村 › 主体 as a list of links, the last one plain.

    Parameters
    ----------
    view
        What is looked at; the browser finds its search string here.
    crumbs
        From the highest step down.

    Returns
    -------
    breadcrumb
        A navigation.
    """
    steps = [
        html.Li(html.A(crumb.text, href=crumb.href, **{"data-soft": ""}) if crumb.href else html.Span(crumb.text))
        for crumb in crumbs
    ]
    return html.Nav(
        html.Ol(steps), **{"aria-label": translate("ui.top.breadcrumb", view.lang), "data-view": view.search}
    )


def segmented_switch(label: str, choices: Sequence[Choice]) -> Component:
    """A switch of which one segment is chosen; every segment is a link, so keyboard, Back and a new tab all work.

    Parameters
    ----------
    label
        What a screen reader calls the switch.
    choices
        The segments in their order.

    Returns
    -------
    switch
        A navigation.
    """
    return html.Nav(
        [
            html.A(
                choice.text,
                href=choice.href,
                title=choice.hint or None,
                **{"data-soft": "", "aria-current": "true" if choice.chosen else "false"},
            )
            for choice in choices
        ],
        className="seg",
        **{"aria-label": label},
    )
