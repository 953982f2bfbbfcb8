"""The buttons on the map that move it, and the words that stand there while it is being drawn."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from dashboard.screens.map.map_drawing import whole_bounds
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
        The last one knows the bounds of all there is to be seen (degrees, EPSG:4490).
    """
    bounds = json.dumps(whole_bounds(model))
    return [
        html.Button(
            sign or translate(f"ui.map.{act}", model.view.lang),
            title=translate(f"ui.map.{act}", model.view.lang),
            className=act,
            **{"aria-label": translate(f"ui.map.{act}", model.view.lang), "data-map-act": act, "data-bounds": bounds},
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
