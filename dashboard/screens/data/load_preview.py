"""What loading a file would do: the counts of its sheets, and the button that loads or the sentence why not."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request.view import View
from dashboard.screens.data.file_options import data_form, option_fields
from dashboard.screens.data.uploads import SAID, Waiting
from etl import Preview
from etl.load.file_hint import Hint
from etl.load.file_report import FileReport
from etl.recognise.field_words import kind_name
from geodata.locale import Lang, label_of, translate


def outcome_card(view: View, waiting: Waiting, found: Preview) -> Component:
    """Counts of every sheet, and the button that loads, or the sentence why not.

    Parameters
    ----------
    view
        Language, as the address says it.
    waiting
        The file, and what is said of it.
    found
        What loading it would do.

    Returns
    -------
    card
        Also with what was noticed, and the workbook of faults where there are any.
    """
    lang = view.lang
    names = ("sheet", "kind", "read", "new", "changed", "same", "rejected", "state")
    heads = [translate(f"data.sheet.{name}", lang) for name in names]
    rows = [_sheet(each, lang) for each in found.reports]
    hints = [part for each in found.reports for hint in each.hints for part in _offered(view, waiting, hint)]
    ways = _onward(view, waiting, found)
    if found.rejects:
        book = view.link_to(f"/data/{waiting.token}/rejects.xlsx")
        ways.append(html.A(translate("data.book", lang), href=book, className="button", download=""))
    ways.append(data_form(view, f"{waiting.token}/drop", button=translate("data.throw_away", lang)))
    otherwise = data_form(
        view, f"{waiting.token}/said", *option_fields(view, waiting), button=translate("data.again", lang)
    )
    other = html.Details([html.Summary(translate("data.otherwise", lang)), otherwise])
    read = html_table(heads, rows, waiting.file, lang)
    moved = [html.P(found.moved.to_sentence(lang))] if found.loads else []
    return card(waiting.file, read, *moved, *hints, html.Div(ways, className="form row"), other)


def _onward(view: View, waiting: Waiting, found: Preview) -> list[Component]:
    """The button that loads, or why not; with faults, what a load leaves out or could take in all the same."""
    lang, faulty = view.lang, sum(each.rejected for each in found.reports)
    sound = sum(each.read for each in found.reports) - faulty
    if not found.loads:
        told = html.P(translate("data.refused", lang, n=len(found.rejects)), className="danger")
        rest = _said_anew(view, replace(waiting, leave_faulty="on"), translate("data.rest", lang, n=sound))
        return [told, rest] if sound else [told]
    if not sound:
        return [html.P(translate("data.nothing", lang), className="danger")]
    load = data_form(view, f"{waiting.token}/load", button=translate("data.confirm", lang), soft=False)
    return [html.P(translate("data.leaving", lang, n=faulty), className="danger"), load] if faulty else [load]


def _said_anew(view: View, waiting: Waiting, button: str) -> Component:
    """A button that says of the file what ``waiting`` says."""
    kept = [forms.hidden_field(name, getattr(waiting, name)) for name in SAID]
    return data_form(view, f"{waiting.token}/said", *kept, button=button)


def _offered(view: View, waiting: Waiting, hint: Hint) -> list[Component]:
    """What was noticed, and where the file's own datum is doubted the way to look at it in the likely one."""
    told: list[Component] = [html.P(hint.to_sentence(view.lang), className="alert")]
    if hint.offers is not None and hint.values["declared"] == waiting.datum:
        words = translate("data.as_datum", view.lang, datum=label_of(hint.offers, view.lang))
        told.append(_said_anew(view, replace(waiting, datum=hint.offers.value), words))
    return told


def _sheet(each: FileReport, lang: Lang) -> list[object]:
    state = html.Span(
        translate("data.state.ok" if each.loaded else "data.state.no", lang),
        className="ok" if each.loaded else "danger",
    )
    kind = kind_name(each.kind, lang) if each.kind else "—"
    counts = (each.read, each.new, each.changed, each.same, each.rejected)
    return [each.sheet or each.file, kind, *counts, each.note or state]
