"""What the pages of a place share: its heading, a card with its name, the chain, who answered when."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.chain_card import Below, chain_card
from dashboard.components.place_page import PlaceViewModel
from dashboard.components.post_history import post_history
from dashboard.request.admission import admits_visitor
from geodata.locale import translate
from geodata.permissions import Permission


def place_card(title: str, inside: Sequence[Component] | Component, kind: str = "") -> Component:
    """A card that a screen reader calls by its title.

    Parameters
    ----------
    title
        What it is called; its heading is part of ``inside``.
    inside
        What it holds.
    kind
        More of its class, such as ``list``.

    Returns
    -------
    card
        A section.
    """
    return html.Section(inside, className=f"card {kind}".strip(), **{"aria-label": title})


def place_head(
    model: PlaceViewModel, name: str, words: str, onto: str | None, beside: Component | None = None
) -> Component:
    """The band over a place's page: its name, what it is, a stamp on a made-up district, the way to the map.

    Parameters
    ----------
    model
        The place on one day.
    name
        Of the place.
    words
        What it is, small.
    onto
        Address of the place on the map; None where it is on none.
    beside
        Another way, before the one to the map.

    Returns
    -------
    head
        In one line.
    """
    lang = model.view.lang
    stamp = html.B(translate("layers.synthetic", lang), className="stamp warn") if model.fresh.synthetic else None
    way = (
        html.A(translate("ui.unit.on_map", lang), href=onto, className="button push", **{"data-soft": ""})
        if onto
        else None
    )
    return html.Div([html.H1(name), html.Span(words, className="mute"), stamp, beside, way], className="sheet-head")


def chain_of_place(model: PlaceViewModel, title: str, below: Sequence[Below] = ()) -> Component:
    """The chain of responsibility of the as-of day.

    Parameters
    ----------
    model
        The place on one day.
    title
        The card's heading.
    below
        What stands under the levels.

    Returns
    -------
    card
        District first.
    """
    may_call = admits_visitor(Permission.SEE_MOBILES, model.ctx.visitor)
    mobiles = model.view.link_to(f"/mobiles{model.address}") if may_call else ""
    return place_card(title, chain_card(model.chain, model.view, title, below=below, mobiles=mobiles))


def past_posts(model: PlaceViewModel) -> Component:
    """Who held which post of the place, and when.

    Parameters
    ----------
    model
        The place on one day.

    Returns
    -------
    card
        Newest post first.
    """
    title, hint = (translate(f"ui.history.{part}", model.view.lang) for part in ("title", "hint"))
    head = html.Div([html.H2(title), html.Span(hint, className="mute")], className="card-head")
    return place_card(title, [head, post_history(model.history, model.view, model.address, model.day)])
