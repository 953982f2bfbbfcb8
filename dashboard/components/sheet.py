"""The frame of a place's own page: breadcrumb and calendar above, the story on the left, the people on the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from dash import html
from dash.development.base_component import Component

from dashboard.components import asof, shell
from dashboard.components.shell import Crumb
from dashboard.view import View


class Seen(Protocol):
    """What a page must know of the place it is about."""

    @property
    def view(self) -> View:
        """Where every link of the page starts from."""

    @property
    def day(self) -> date:
        """The day asked about."""

    @property
    def address(self) -> str:
        """The page's own path."""


def sheet(
    name: str,
    sight: Seen,
    crumbs: Sequence[Crumb],
    head: Component,
    left: Sequence[Component],
    right: Sequence[Component],
) -> Component:
    """The whole screen of page ``name``."""
    steps = html.Div(shell.breadcrumb(sight.view, crumbs), className="crumbs")
    quiet = html.Div(shell.quiet(sight.view, sight.address), className="quiet")
    columns = [head, html.Div(list(left), className="main"), html.Aside(list(right), className="side")]
    calendar = [asof.picker(name, sight.view, sight.day)]
    return shell.frame(steps, calendar, quiet, sight.view, html.Main(columns, className="sheet"), scroll=True)
