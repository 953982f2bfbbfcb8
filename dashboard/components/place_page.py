"""The frame of a place's own page: breadcrumb and calendar above, the story on the left, the people on the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from dash import html
from dash.development.base_component import Component

from dashboard.components import as_of_picker, page_frame, top_bar
from dashboard.components.page_frame import Crumb
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.freshness import Freshness
from geodata.responsibility.chain import Chain, HeldPost
from geodata.territory.units import UnitRef


class PlaceViewModel(Protocol):
    """What a page must know of the place it is about."""

    @property
    def ctx(self) -> AppContext:
        """Where it asks."""

    @property
    def view(self) -> View:
        """Where every link of the page starts from."""

    @property
    def day(self) -> date:
        """The day asked about."""

    @property
    def address(self) -> str:
        """The page's own path."""

    @property
    def fresh(self) -> Freshness:
        """How old the facts are."""

    @property
    def chain(self) -> Chain:
        """Who answers, from the district down."""

    @property
    def history(self) -> Sequence[HeldPost]:
        """Everybody who ever held a post of the place, newest first."""


def place_page(
    name: str,
    model: PlaceViewModel,
    crumbs: Sequence[Crumb],
    head: Component,
    left: Sequence[Component],
    right: Sequence[Component],
) -> Component:
    """The whole screen of a place.

    Parameters
    ----------
    name
        Name of the page; the calendar's ids begin with it.
    model
        What the frame must know of the place.
    crumbs
        From the district down to the place.
    head
        The band over both columns.
    left
        The story, card by card.
    right
        The people, card by card.

    Returns
    -------
    screen
        What the page's ``layout`` gives.
    """
    steps = html.Div(page_frame.breadcrumb(model.view, crumbs), className="crumbs")
    quiet = html.Div(top_bar.quiet_links(model.view, model.address, model.ctx), className="quiet")
    columns = [head, html.Div(list(left), className="main"), html.Aside(list(right), className="side")]
    calendar = [as_of_picker.as_of_picker(name, model.view, model.day)]
    return page_frame.page_frame(steps, calendar, quiet, model.view, html.Main(columns, className="sheet"), scroll=True)


def way_up(ctx: AppContext, view: View, path: Sequence[UnitRef]) -> list[Crumb]:
    """The units above a place, district first, as links to their pages; plain where a page is not for the visitor.

    Parameters
    ----------
    ctx
        Knows which pages are open to whoever is asking.
    view
        Where the links start from; what is picked out is left out.
    path
        The units, district first.

    Returns
    -------
    crumbs
        As many as there are units.
    """
    return [
        Crumb(unit.name, view.link_to(f"/unit/{unit.code}", only=None) if ctx.opens_unit(unit.code) else None)
        for unit in path
    ]
