"""The tools of the map: full screen, presentation, the link of this view, coordinates under the pointer, measuring."""

from __future__ import annotations

import json

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.top_bar import theme_links
from dashboard.request.view import View
from geodata.locale import label_of, translate
from geodata.vocabulary import Datum

TOOLS = ("present", "link", "point", "length", "area", "inside", "note")
"""What the menu offers (``36_view_tools.js``); each has its words ``ui.tools.<tool>``."""
_SAID = ("copied", "copy_by_hand", "length_how", "area_how", "inside_how", "note_how", "point_how", "refused")


def tool_buttons(view: View) -> list[Component]:
    """The button of the full screen, and the menu of the other tools.

    Parameters
    ----------
    view
        Of it the language.

    Returns
    -------
    parts
        They stand below the buttons that move the map; the browser hides what it cannot do.
    """
    lang = view.lang
    full = html.Button(
        translate("ui.tools.full", lang), className="whole", **{"data-tool": "full", "aria-pressed": "false"}
    )
    tools = [html.Button(translate(f"ui.tools.{tool}", lang), **{"data-tool": tool}) for tool in TOOLS]
    saved = html.A(translate("ui.tools.save", lang), href=theme_links(view).link_to("/saved"))
    menu = html.Details(
        [html.Summary(translate("ui.tools.title", lang)), html.Nav([*tools, saved])], className="menu tools-menu"
    )
    return [full, menu]


def tool_panel(view: View) -> Component:
    """Where a tool says what it found, and the way out of a presentation; empty until one is taken up.

    Parameters
    ----------
    view
        Of it the language.

    Returns
    -------
    panel
        Its words go along, so that the script has none of its own.
    """
    lang = view.lang
    words = {name: translate(f"ui.tools.{name}", lang) for name in _SAID}
    words |= {f"datum_{datum.value}": label_of(datum, lang) for datum in Datum}
    field = dcc.Input(id="tool-link", type="text", readOnly=True, value="", className="tool-link")
    shut = html.Button("×", className="shut", **{"data-tool": "shut", "aria-label": translate("ui.tools.shut", lang)})
    undo, clear = (
        html.Button(translate(f"ui.tools.{act}", lang), className="button", **{"data-tool": act})
        for act in ("undo", "clear")
    )
    choose = html.Button(
        translate("ui.tools.choose", lang), className="button strong", disabled=True, **{"data-tool": "choose"}
    )
    said = html.Div(className="said", role="status", **{"aria-live": "polite"})
    label = html.Label(translate("ui.tools.link_label", lang), htmlFor="tool-link", className="sr")
    end = html.Button(
        translate("ui.tools.end", lang), className="button strong present-end", **{"data-tool": "present-end"}
    )
    panel = html.Section(
        [
            said,
            html.Div([label, field], className="of-link"),
            html.Div([choose, undo, clear], className="of-line"),
            shut,
        ],
        className="tool-panel over",
        hidden=True,
        tabIndex=-1,
        **{"aria-label": translate("ui.tools.title", lang), "data-note-page": _note_page(view)},
    )
    return html.Div([panel, end], id="map-tools", **{"data-words": json.dumps(words, ensure_ascii=False)})


def _note_page(view: View) -> str:
    """The address to which a place is added."""
    address = theme_links(view).link_to("/saved")
    return address if "?" in address else f"{address}?"
