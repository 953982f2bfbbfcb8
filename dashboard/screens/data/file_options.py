"""What may be said of a file that waits: the fields, and the form that sends them."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card
from dashboard.components.html_markup import Tag
from dashboard.request.view import View
from dashboard.screens.data.load_result import mapping_names
from dashboard.screens.data.uploads import Waiting
from etl.recognise.field_words import kind_name
from etl.sources import discover
from geodata.locale import label_of, translate
from geodata.vocabulary import Datum


def data_form(view: View, address: str, *inside: Component | Tag, button: str, soft: bool = True) -> Component:
    """A form that asks for something under ``/data``.

    Parameters
    ----------
    view
        Language, as the address says it.
    address
        Where it is sent, without the ``/data/`` it begins with.
    *inside
        Its fields, in the order they stand in.
    button
        Words of the button.
    soft
        Whether the button is a quiet one.

    Returns
    -------
    form
        Sent by POST, with the token against forgery.
    """
    return forms.action_form(view, f"/data/{address}", *inside, button=button, soft=soft)


def option_fields(view: View, waiting: Waiting | None = None) -> list[Component]:
    """What may be said of a file: its datum, its content, a mapping, the day its units hold from.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        A file of which something is said already; None: nothing yet.

    Returns
    -------
    fields
        Named as in ``uploads.SAID``.
    """
    lang = view.lang
    kinds = [("", translate("data.auto", lang)), *((kind, kind_name(kind, lang)) for kind in discover())]
    datums = [("", translate("data.no_datum", lang)), *((datum.value, label_of(datum, lang)) for datum in Datum)]
    ways = [("", translate("data.no_mapping", lang)), *((name, name) for name in mapping_names())]
    told = waiting or Waiting("", "", "")
    since = {"kind": "date", "required": False, "value": told.valid_from or None}
    return [
        forms.choice_field("datum", translate("data.datum", lang), datums, told.datum),
        forms.choice_field("kind", translate("data.kind", lang), kinds, told.kind),
        forms.choice_field("mapping", translate("data.mapping", lang), ways, told.mapping),
        forms.labelled_field("valid_from", translate("data.valid_from", lang), **since),
        forms.labelled_field(
            "where",
            translate("data.where", lang),
            required=False,
            value=told.where or None,
            placeholder=translate("data.where_like", lang),
        ),
        forms.tick_box("accept_renames", translate("data.accept_renames", lang), ticked=bool(told.accept_renames)),
        forms.tick_box("leave_faulty", translate("data.leave_faulty", lang), ticked=bool(told.leave_faulty)),
    ]


def misread_card(view: View, waiting: Waiting, sentence: str) -> Component:
    """A file that cannot be read as it was said to be: why not, and the place to say it otherwise.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        The file, and what is said of it.
    sentence
        Why it cannot be read, in the language of the view.

    Returns
    -------
    card
        With a button to look again, and one to throw the file away.
    """
    lang = view.lang
    again = data_form(
        view, f"{waiting.token}/said", *option_fields(view, waiting), button=translate("data.again", lang), soft=False
    )
    away = data_form(view, f"{waiting.token}/drop", button=translate("data.throw_away", lang))
    return card(waiting.file, html.P(sentence, className="danger"), again, away)
