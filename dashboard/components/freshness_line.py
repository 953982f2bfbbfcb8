"""The line that says how old the facts are, under which rules they were counted, and how many have no place."""

from __future__ import annotations

from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.components.guidance.term_note import term_note
from dashboard.request.view import View
from geodata.freshness import Freshness
from geodata.locale import translate
from layers.stamps import freshness_stamps


def freshness_line(
    view: View, fresh: Freshness, day: date, unlocated: int | None = None, terms: tuple[str, ...] = ()
) -> Component:
    """Data as of, loaded at, rules version, and the subjects without a place as a link to the list of them.

    Parameters
    ----------
    view
        What is looked at; the list of those without a place is of its unit.
    fresh
        The stamp of data and rules.
    day
        The day of that list, inclusive.
    unlocated
        How many subjects have no place; None: not told.
    terms
        Words of the page that cannot be opened where they stand, such as those of figures that are links.

    Returns
    -------
    line
        Marked as stale when ``fresh`` says so.
    """
    parts: list[Component] = [
        term_note(name, view.lang, words)
        for name, words in zip(
            ("data_as_of", "loaded_at", "rules_version"), freshness_stamps(fresh, view.lang), strict=True
        )
    ]
    if unlocated is not None:
        scope = {
            "indicator": "unlocated",
            "part": "numerator",
            "asof": day.isoformat(),
            "lang": view.lang,
            **({"unit": view.unit} if view.unit else {}),
        }
        asked = "&".join(f"{name}={value}" for name, value in scope.items())
        parts.append(
            html.A(translate("ui.fresh.unlocated", view.lang, n=unlocated), href=f"/api/rows?{asked}&format=xlsx")
        )
    parts += [term_note(key, view.lang) for key in terms]
    if fresh.stale:
        parts.insert(0, html.B(translate("ui.fresh.stale", view.lang)))
    return html.Div(parts, className="fresh stale" if fresh.stale else "fresh")
