"""What a page of a screen is: its address, for whom, and how it is laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.request.admission import Asked
from dashboard.request.context import AppContext
from dashboard.request.navigation import Nav, NavLink
from dashboard.request.tasks import Task
from dashboard.request.view import View

__all__ = ["STEER", "Page", "find_page", "navigation_of", "tasks_of"]

STEER = "address"
"""Id of the store by which a steering screen hears of a new search string."""


def _nothing(app: Dash, ctx: AppContext) -> None:
    """A screen without callbacks of its own."""


def _open(ctx: AppContext, view: View, **places: str) -> None:
    """A screen that shows something for every view and every place."""


def _bare(_view: View) -> Component:
    return html.Div()


@dataclass(frozen=True)
class Page:
    """One screen.

    Attributes
    ----------
    key : the file's name.
    path : an address pattern; ``/jobs/<number>`` hands ``number`` to ``layout``, ``/unit/<path:code>`` a code in which
        slashes may be, as in every code that comes with a file.
    title : catalogue key of the window's title.
    permission : what it asks for.
    nav : its place in the navigation; None: reached by links of other pages.
    layout : ``(ctx, view, **places) -> Component``, the whole screen with its data; may raise NotFound.
    require : ``(ctx, view, **places)``, raises the UserError with which ``layout`` would refuse, at a fraction of its
        cost: a screen that will say so answers with that status already.
    tasks : what can be done there, for the page of help.
    hints : keys of its first-visit hints (``hint.<key>``) in their order, three at most; one is shown at a time, until
        its reader closes it.
    plain : True for a screen that needs no script: the server writes it as a whole (``components.html_document``).
    register : ``(app, ctx)``, adds the screen's callbacks; they close over the context.
    skeleton : the same components without data, so that Dash knows every id before the first visit.
    steers : True when the screen has its own reducer: it holds ``STEER``, into which the browser writes every new
        search string; False: the screen is laid out anew.
    """

    key: str
    path: str
    title: str
    permission: Asked
    layout: Callable[..., Component]
    require: Callable[..., None] = _open
    register: Callable[[Dash, AppContext], None] = _nothing
    skeleton: Callable[[View], Component] = _bare
    nav: Nav | None = None
    tasks: tuple[Task, ...] = ()
    hints: tuple[str, ...] = ()
    steers: bool = False
    plain: bool = False

    def match_path(self, path: str) -> dict[str, Any] | None:
        """The places of the pattern as ``path`` fills them; None when the path is not this page's.

        Parameters
        ----------
        path
            Path of an address, percent-encoded.

        Returns
        -------
        places
            Name → text of at most 64 signs without a slash, or of 120 with slashes; empty for a pattern without
            places.
        """
        pattern = re.sub(r"<path:(\w+)>", r"(?P<\1>[^/].{0,119})", re.sub(r"<(\w+)>", r"(?P<\1>[^/]{1,64})", self.path))
        found = re.fullmatch(pattern, unquote(path))
        return found.groupdict() if found else None


def navigation_of(pages: Sequence[Page]) -> tuple[NavLink, ...]:
    """The links the pages say they have in the navigation.

    Parameters
    ----------
    pages
        All there are.

    Returns
    -------
    links
        In the order of the pages; those without ``nav`` have none.
    """
    return tuple(
        NavLink(
            page.nav.path or page.path, page.nav.title or page.title, page.nav.group, page.nav.order, page.permission
        )
        for page in pages
        if page.nav is not None
    )


def tasks_of(pages: Sequence[Page]) -> tuple[Task, ...]:
    """What the pages say can be done there.

    Parameters
    ----------
    pages
        All there are.

    Returns
    -------
    tasks
        In the order of the pages, each with its address and what it asks for.
    """
    return tuple(
        replace(
            task,
            path=task.path or page.path,
            permission=page.permission if task.permission is None else task.permission,
        )
        for page in pages
        for task in page.tasks
    )


def find_page(pages: Sequence[Page], path: str) -> tuple[Page | None, dict[str, Any]]:
    """The page whose pattern ``path`` fits and the places it fills.

    Parameters
    ----------
    pages
        All there are; of two that fit the first counts.
    path
        Path of an address, percent-encoded.

    Returns
    -------
    page
        None when no pattern fits.
    places
        Name → text, for the page's ``layout``.
    """
    for page in pages:
        places = page.match_path(path)
        if places is not None:
            return page, places
    return None, {}
