"""Which heading is read as which field: a choice per heading, to be corrected by hand."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card
from dashboard.request.view import View
from dashboard.screens.data.file_options import data_form
from dashboard.screens.data.heading_corrections import Heading
from dashboard.screens.data.uploads import Waiting
from etl import Preview
from etl.recognise.field_words import field_heading
from etl.sources import discover
from geodata.locale import translate


def columns_card(view: View, waiting: Waiting, found: Preview) -> Component | None:
    """Which heading was read as which field, each to be corrected by hand.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        The file.
    found
        What loading it would do.

    Returns
    -------
    card
        None for a file read with a mapping, or without headings.
    """
    read = [Heading(each.kind, title, name) for each in found.reports for name, title in each.columns.items()]
    left = [Heading(each.kind, title, "") for each in found.reports if each.kind for title in each.unused]
    return None if waiting.mapping else corrections_card(view, waiting, [*read, *left])


def corrections_card(view: View, waiting: Waiting, read: Sequence[Heading]) -> Component | None:
    """A choice per heading.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        The file.
    read
        Headings with what each is read as; the same one twice is one choice.

    Returns
    -------
    card
        None without headings.
    """
    lang, left_out = view.lang, ("", translate("data.left_out", view.lang))
    choices = []
    for each in dict.fromkeys(read):
        known = [(field.name, field_heading(each.kind, field.name, lang)) for field in discover()[each.kind].fields]
        choices.append(
            forms.choice_field(f"column:{each.kind}.{each.title}", each.title, [left_out, *known], each.field)
        )
    if not choices:
        return None
    again = data_form(view, f"{waiting.token}/columns", *choices, button=translate("data.again", lang))
    return card(translate("data.columns", lang), html.P(translate("data.columns_note", lang), className="mute"), again)
