"""The buttons on the map that move it, and the words that stand there while it is being drawn."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from dashboard.screens.map.map_drawing import whole_bounds
from dashboard.screens.map.map_picture import KINDS
from dashboard.screens.map.view_model import MapViewModel
from geodata.locale import translate

SIGNS = {"larger": "+", "smaller": "−", "whole": ""}
"""What a button does to the map (``30_grid.js``) → its sign; without one it shows its words."""


def map_buttons(model: MapViewModel) -> list[Component]:
    """Larger, smaller, 全图; each does what its words say without a new view.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    buttons
        And a menu of pictures of the view. 全图 knows the bounds of what there is to be seen (degrees, EPSG:4490).
    """
    return [
        *_moves(model),
        html.Details(
            [html.Summary(translate("ui.map.export", model.view.lang)), html.Nav(_pictures(model))], className="menu"
        ),
    ]


def _pictures(model: MapViewModel) -> list[Component]:
    """The present view as a file, and the page on paper."""
    view = model.view.with_fields(table=False, item=None, subject=None)
    links: list[Component] = [
        html.A(kind.upper(), href=view.link_to(f"/map/picture.{kind}"), download="") for kind in KINDS
    ]
    return [*links, html.Button(translate("ui.map.print", model.view.lang), **{"data-print": ""})]


def _moves(model: MapViewModel) -> list[Component]:
    known = {"whole": {"data-bounds": json.dumps(whole_bounds(model))}}
    return [
        html.Button(
            sign or translate(f"ui.map.{act}", model.view.lang),
            title=translate(f"ui.map.{act}", model.view.lang),
            className=act,
            **{"aria-label": translate(f"ui.map.{act}", model.view.lang), "data-map-act": act, **known.get(act, {})},
        )
        for act, sign in SIGNS.items()
    ]


def drawing_words(view: View) -> Component:
    """What is said until the map is drawn.

    Parameters
    ----------
    view
        Language, as the address says it.

    Returns
    -------
    words
        Hidden by the style sheet once the browser has drawn everything.
    """
    return html.Div(html.Span(translate("ui.map.drawing", view.lang)), className="drawing", role="status")
