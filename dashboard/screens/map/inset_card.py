"""The inset on the map: where small units crowd, once more and larger; a click on a unit leads into it."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.screens.map.next_view import into_unit
from dashboard.screens.map.view_model import MapViewModel
from geodata.territory import unit_geojson
from geodata.territory.units import unit_shapes
from layers.inset.inset_facts import Inset, inset_facts
from layers.number_format import counts_text


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
    shapes = model.ctx.cached_query(unit_shapes, model.level, model.day, simplify_m=unit_geojson.SIMPLIFY_M)
    looks = {row.key: (row.colour_in(model.view.theme), row.pattern.value) for row in model.legend.classes}
    pairs = model.layer.count_pairs(model.frame)
    labels = {code: counts_text(*pair) for code, pair in pairs.items()}
    fills = {str(code): looks[key] for code, key in model.classes.items()}
    return inset_facts(shapes, labels, fills, model.level, model.view.lang)


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
        unit["faint"] = model.view.only is not None and model.classes[unit["code"]] != model.view.only
    return [html.H2(found.title), html.Div(**{"data-inset": json.dumps(told, ensure_ascii=False)})]
