"""The form that saves what was corrected as a mapping, and the list of the mappings saved here."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request.view import View
from dashboard.screens.data.file_options import data_form
from dashboard.screens.data.mapping_acts import Kept, kept_mappings, likely_name
from dashboard.screens.data.uploads import Waiting
from etl.mapping.mapping_file import find_saved_mappings
from etl.mapping.saved_mappings import LONGEST_NAME
from etl.recognise.field_words import kind_name
from etl.sources import discover
from geodata.locale import translate


def save_mapping_card(view: View, waiting: Waiting) -> Component | None:
    """A name, and where there are others whether it may take one's place; None for a file read with a mapping.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        The file.

    Returns
    -------
    card
        None for a file read with a mapping.
    """
    if waiting.mapping:
        return None
    lang = view.lang
    name = forms.labelled_field(
        "name", translate("data.keep.name", lang), value=likely_name(waiting), maxLength=LONGEST_NAME
    )
    replace = [forms.tick_box("replace", translate("data.keep.replace", lang))] if find_saved_mappings() else []
    keep = data_form(view, f"{waiting.token}/mapping", name, *replace, button=translate("data.keep.do", lang))
    return card(
        translate("data.keep.title", lang), html.P(translate("data.keep.explained", lang), className="mute"), keep
    )


def kept_list(view: View) -> Component | None:
    """The mappings saved here, each to be removed; None without any.

    Parameters
    ----------
    view
        Language, as the address says it.

    Returns
    -------
    card
        None when none is saved.
    """
    lang, found = view.lang, list(kept_mappings(view.lang))
    if not found:
        return None
    heads = [translate(f"data.keep.list.{name}", lang) for name in ("name", "kinds", "told", "do")]
    return card(
        translate("data.keep.saved", lang), html_table(heads, [_row(each, view) for each in found], heads[0], lang)
    )


def _row(each: Kept, view: View) -> list[object]:
    kinds = [kind_name(kind, view.lang) if kind in discover() else kind for kind in each.kinds]
    away = data_form(
        view, "mappings/remove", forms.hidden_field("name", each.name), button=translate("data.keep.remove", view.lang)
    )
    return [each.name, translate("list.comma", view.lang).join(kinds), each.told, away]
