"""The inset on the map: where small units crowd, once more and larger; a click on a unit leads into it."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.screens.map.next_view import into_unit
from dashboard.screens.map.view_model import MapViewModel
from geodata.territory import unit_geojson
from geodata.territory.units import unit_shapes
from layers.inset.inset_facts import Inset, filled_inset, inset_outlines
from layers.palette import theme_of


def inset_of(model: MapViewModel) -> Inset | None:
    """The inset of a view of everything.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    inset
        None where a unit or a fault is in view, or nothing crowds.
    """
    if model.within is not None or model.view.item or model.frame.empty:
        return None
    ctx, level, day, lang = model.ctx, model.level, model.day, model.view.lang

    def outlines() -> Inset | None:
        shapes = ctx.cached_query(unit_shapes, level, day, simplify_m=unit_geojson.SIMPLIFY_M)
        return inset_outlines(shapes, level, lang)

    # the shapes of a day are the same under every layer
    found: Inset | None = ctx.keep_answer(("inset", level, day, lang), outlines)
    if found is None:
        return None
    return filled_inset(found, model.frame, model.layer, model.legend, model.breaks, theme_of(model.view.theme))


def inset_card(model: MapViewModel) -> list[Component]:
    """The inset as the browser draws it (``42_inset.js``).

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        Title and drawing; nothing where there is no inset.
    """
    found = inset_of(model)
    if found is None:
        return []
    told = found.to_record()
    for unit in told["units"]:
        unit["href"] = into_unit(model.view, unit["code"], model.level).link_to()
        unit["faint"] = model.view.only not in (None, unit["key"])
    return [html.H2(found.title), html.Div(**{"data-inset": json.dumps(told, ensure_ascii=False)})]
