"""What ``/data`` shows: the place for a file, and the batches that can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.components.guidance.term_note import term_line
from dashboard.components.html_markup import Tag
from dashboard.components.list_pages import ListPage, page_links
from dashboard.request.view import View
from dashboard.screens.data.file_options import data_form, option_fields
from etl.recognise.field_words import kind_name
from etl.sources import discover
from geodata.database.batches import Batch
from geodata.locale import translate


def upload_card(view: View, largest: int) -> Component:
    """The place a file is dropped on, and what may be said of it.

    Parameters
    ----------
    view
        Language, as the address says it.
    largest
        The largest upload in MB, as it is told.

    Returns
    -------
    card
        With a form that sends the file to ``/data/upload``.
    """
    lang = view.lang
    drop = Tag("input", type="file", name="file", id="field-file", required=True)
    place = html.Div(
        [html.Label(translate("data.drop", lang, mb=largest), htmlFor="field-file"), drop], className="drop"
    )  # type: ignore[list-item]
    fields = [
        forms.hidden_field("csrf_token", generate_csrf()),
        place,
        html.Div(option_fields(view), className="form row"),
        forms.submit_button(translate("data.look", lang)),
    ]
    shape = html.Form(
        fields, method="post", action=view.link_to("/data/upload"), encType="multipart/form-data", className="form"
    )
    return card(translate("data.title", lang), shape, term_line(("batch", "preview"), lang))


def batch_list(view: View, batches: Sequence[Batch], page: ListPage) -> Component:
    """The batches, each with its way back.

    Parameters
    ----------
    view
        Language, as the address says it.
    batches
        In the order they are shown in.
    page
        The page of the list they stand on.

    Returns
    -------
    card
        A batch that is closed and not undone has a button to take it back.
    """
    lang = view.lang
    names = ("number", "file", "kind", "who", "when", "new", "changed", "rejected", "do")
    heads = [translate(f"data.batch.{name}", lang) for name in names]
    found = html_table(heads, [_batch(each, view) for each in batches], heads[0], lang)
    return card(translate("data.batches", lang), found, beside=page_links(view, "/data", page))


def _batch(each: Batch, view: View) -> list[object]:
    lang = view.lang
    back: object = "—"
    if each.undone_at:
        back = html.Span(translate("data.batch.undone", lang, at=f"{each.undone_at:%Y-%m-%d %H:%M}"), className="mute")
    elif each.closed:
        back = data_form(view, f"undo/{each.id}", button=translate("data.batch.undo", lang))
    kind = kind_name(each.kind, lang) if each.kind in discover() else each.kind
    when = f"{each.loaded_at:%Y-%m-%d %H:%M}"
    return [
        str(each.id),
        each.file_name or "—",
        kind,
        each.loaded_by,
        when,
        each.new,
        each.changed,
        each.rejected,
        back,
    ]
