"""The card of a fault of the grid over the map: what is wrong there, how to mend it, and the ways on."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.top_bar import theme_links
from dashboard.screens.map.view_model import MapViewModel
from geodata.locale import label_of, translate
from geodata.vocabulary import WorkState


def fault_details(model: MapViewModel) -> list[Component]:
    """The card; empty while no fault is looked at, one sentence for a fault that is not within sight.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        One card, or [].
    """
    view, row = model.view, model.fault
    if not view.item:
        return []
    away = html.A("×", href=view.link_to(item=None), title=translate("ui.spot.close", view.lang), **{"data-soft": ""})
    plain = theme_links(view)
    listing = html.A(translate("work.title", view.lang), href=plain.link_to("/work"))
    if row is None:
        head = html.Div([html.H2(translate("ui.spot.gone", view.lang)), away], className="card-head")
        return [html.Section([head, listing], className="over spot-card")]
    head = html.Div(
        [html.H2(f"{row['check_name']} · {row['unit_name'] or row['unit_code']}"), away], className="card-head"
    )
    handle = html.A(translate("work.page.open", view.lang), href=plain.link_to("/work/item", item=view.item))
    held = [label_of(WorkState(row["state"]), view.lang), row["owner_name"], row["due_on"] and str(row["due_on"])]
    foot = html.Div([html.Span(" · ".join(part for part in held if part)), handle, listing], className="ways")
    told = [html.P(row["what"]), html.P(row["mend"], className="mute"), foot]
    return [html.Section([head, *told], className="over spot-card", **{"aria-label": row["check_name"]})]
