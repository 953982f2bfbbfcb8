"""The notes of the day on the map: where each is pinned, and the way to their list."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.components.top_bar import theme_links
from dashboard.screens.map.view_model import MapViewModel
from geodata.locale import translate
from geodata.saved.map_notes import MapNote, list_notes


def note_pins(model: MapViewModel) -> Component | None:
    """How many notes there are, as a link to their list, with the places the browser pins them to.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    pins
        None on a day without a note; ``38_note_pins.js`` draws what ``data-notes`` says.
    """
    found = model.ctx.query(list_notes, model.day)
    if not found:
        return None
    lang = model.view.lang
    pins = [_pin(each, lang) for each in found if each.lon is not None]
    href = theme_links(model.view).link_to("/saved", asof=model.view.asof)
    words = translate("ui.notes.count", lang, n=len(found))
    return html.A(words, href=href, **{"data-notes": json.dumps({"pins": pins}, ensure_ascii=False)})


def _pin(each: MapNote, lang: str) -> dict[str, object]:
    told = translate("ui.notes.told", lang, place=each.unit_name, first=each.from_on, last=each.until_on)
    return {"at": [each.lon, each.lat], "body": each.body, "told": told, "number": each.number}
