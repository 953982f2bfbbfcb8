"""A link that looks like a box: without a script it opens the search's page, with one the list under the box."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.locale import translate

TOLD = ("label", "hint", "keys", "close", "broken", "found", "whole", "ways")
"""What the browser says, by the names it reads it under: ``data-<name>``."""


def search_way(view: View) -> Component:
    """The way into the search.

    Parameters
    ----------
    view
        What is looked at; day, language and theme go along.

    Returns
    -------
    way
        A link with all the words ``43_search.js`` needs; ``/`` opens it, and Alt with ``/`` where no script runs.
    """
    said = {f"data-{name}": translate(f"search.box.{name}", view.lang) for name in TOLD}
    label = translate("search.box.label", view.lang)
    return html.A(
        [
            html.Span(translate("search.box.title", view.lang), className="word"),
            html.Kbd("/", **{"aria-hidden": "true"}),
        ],
        href=View(asof=view.asof, theme=view.theme, lang=view.lang).link_to("/search"),
        title=label,
        accessKey="/",
        className="search-way",
        **{"data-search": "", "aria-keyshortcuts": "/", "aria-label": label},
        **said,
    )
