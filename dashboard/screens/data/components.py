"""What /data shows: the place for a file, what a file would do, the batches that can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboard.components import forms
from dashboard.components.cards import card, table
from dashboard.components.html_markup import Tag
from dashboard.request.view import View
from dashboard.screens.data.difference_words import key_said, value_said
from dashboard.screens.data.heading_corrections import Heading
from dashboard.screens.data.load_result import mappings
from dashboard.screens.data.uploads import SAID, Waiting
from etl import Preview
from etl.load.file_hint import Hint
from etl.load.file_report import FileReport, emptied_sentence
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.database.batches import Batch
from geodata.locale import Lang, label_of, say
from geodata.vocabulary import Datum

MOST = 200
"""Rows of a list on the page; the workbook of faults has them all."""


def act(view: View, address: str, *inside: Component | Tag, button: str, soft: bool = True) -> Component:
    """A form that asks for something under ``/data``."""
    return forms.action_form(view, f"/data/{address}", *inside, button=button, soft=soft)


def upload(view: View, largest: int) -> Component:
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
    place = html.Div([html.Label(say("data.drop", lang, mb=largest), htmlFor="field-file"), drop], className="drop")  # type: ignore[list-item]
    fields = [
        forms.hidden_field("csrf_token", generate_csrf()),
        place,
        html.Div(sayings(view), className="form row"),
        forms.submit_button(say("data.look", lang)),
    ]
    shape = html.Form(
        fields, method="post", action=view.link("/data/upload"), encType="multipart/form-data", className="form"
    )
    return card(say("data.title", lang), shape)


def sayings(view: View, waiting: Waiting | None = None) -> list[Component]:
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
    kinds = [("", say("data.auto", lang)), *((kind, kind_name(kind, lang)) for kind in discover())]
    datums = [("", say("data.no_datum", lang)), *((datum.value, label_of(datum, lang)) for datum in Datum)]
    ways = [("", say("data.no_mapping", lang)), *((name, name) for name in mappings())]
    told = waiting or Waiting("", "", "")
    since = {"kind": "date", "required": False, "value": told.valid_from or None}
    return [
        forms.choice_field("datum", say("data.datum", lang), datums, told.datum),
        forms.choice_field("kind", say("data.kind", lang), kinds, told.kind),
        forms.choice_field("mapping", say("data.mapping", lang), ways, told.mapping),
        forms.labelled_field("valid_from", say("data.valid_from", lang), **since),
        forms.labelled_field(
            "where",
            say("data.where", lang),
            required=False,
            value=told.where or None,
            placeholder=say("data.where_like", lang),
        ),
        forms.tick_box("accept_renames", say("data.accept_renames", lang), ticked=bool(told.accept_renames)),
        forms.tick_box("leave_faulty", say("data.leave_faulty", lang), ticked=bool(told.leave_faulty)),
    ]


def misread(view: View, waiting: Waiting, sentence: str) -> Component:
    """A file that cannot be read as it was said to be: why not, and the place to say it otherwise."""
    lang = view.lang
    again = act(view, f"{waiting.token}/said", *sayings(view, waiting), button=say("data.again", lang), soft=False)
    away = act(view, f"{waiting.token}/drop", button=say("data.throw_away", lang))
    return card(waiting.file, html.P(sentence, className="danger"), again, away)


def batch_list(view: View, batches: Sequence[Batch]) -> Component:
    """The newest batches, each with its way back.

    Parameters
    ----------
    view
        Language, as the address says it.
    batches
        In the order they are shown in.

    Returns
    -------
    card
        A batch that is closed and not undone has a button to take it back.
    """
    lang = view.lang
    names = ("number", "file", "kind", "who", "when", "new", "changed", "rejected", "do")
    heads = [say(f"data.batch.{name}", lang) for name in names]
    return card(say("data.batches", lang), table(heads, [_batch(each, view) for each in batches], heads[0], lang))


def _batch(each: Batch, view: View) -> list[object]:
    lang = view.lang
    back: object = "—"
    if each.undone_at:
        back = html.Span(say("data.batch.undone", lang, at=f"{each.undone_at:%Y-%m-%d %H:%M}"), className="mute")
    elif each.closed:
        back = act(view, f"undo/{each.id}", button=say("data.batch.undo", lang))
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


def outcome(view: View, waiting: Waiting, found: Preview) -> Component:
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
    heads = [say(f"data.sheet.{name}", lang) for name in names]
    rows = [_sheet(each, lang) for each in found.reports]
    hints = [part for each in found.reports for hint in each.hints for part in _offered(view, waiting, hint)]
    ways = _onward(view, waiting, found)
    if found.rejects:
        book = view.link(f"/data/{waiting.token}/rejects.xlsx")
        ways.append(html.A(say("data.book", lang), href=book, className="button", download=""))
    ways.append(act(view, f"{waiting.token}/drop", button=say("data.throw_away", lang)))
    otherwise = act(view, f"{waiting.token}/said", *sayings(view, waiting), button=say("data.again", lang))
    other = html.Details([html.Summary(say("data.otherwise", lang)), otherwise])
    read = table(heads, rows, waiting.file, lang)
    return card(waiting.file, read, *hints, html.Div(ways, className="form row"), other)


def _onward(view: View, waiting: Waiting, found: Preview) -> list[Component]:
    """The button that loads, or why not; with faults, what a load leaves out or could take in all the same."""
    lang, faulty = view.lang, sum(each.rejected for each in found.reports)
    sound = sum(each.read for each in found.reports) - faulty
    if not found.loads:
        told = html.P(say("data.refused", lang, n=len(found.rejects)), className="danger")
        rest = _said_anew(view, replace(waiting, leave_faulty="on"), say("data.rest", lang, n=sound))
        return [told, rest] if sound else [told]
    if not sound:
        return [html.P(say("data.nothing", lang), className="danger")]
    load = act(view, f"{waiting.token}/load", button=say("data.confirm", lang), soft=False)
    return [html.P(say("data.leaving", lang, n=faulty), className="danger"), load] if faulty else [load]


def _said_anew(view: View, waiting: Waiting, button: str) -> Component:
    """A button that says of the file what ``waiting`` says."""
    kept = [forms.hidden_field(name, getattr(waiting, name)) for name in SAID]
    return act(view, f"{waiting.token}/said", *kept, button=button)


def _offered(view: View, waiting: Waiting, hint: Hint) -> list[Component]:
    """What was noticed, and where the file's own datum is doubted the way to look at it in the likely one."""
    told: list[Component] = [html.P(hint.to_sentence(view.lang), className="alert")]
    if hint.offers is not None and hint.values["declared"] == waiting.datum:
        words = say("data.as_datum", view.lang, datum=label_of(hint.offers, view.lang))
        told.append(_said_anew(view, replace(waiting, datum=hint.offers.value), words))
    return told


def _sheet(each: FileReport, lang: Lang) -> list[object]:
    state = html.Span(
        say("data.state.ok" if each.loaded else "data.state.no", lang), className="ok" if each.loaded else "danger"
    )
    kind = kind_name(each.kind, lang) if each.kind else "—"
    counts = (each.read, each.new, each.changed, each.same, each.rejected)
    return [each.sheet or each.file, kind, *counts, each.note or state]


def columns(view: View, waiting: Waiting, found: Preview) -> Component | None:
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
    return None if waiting.mapping else corrections(view, waiting, [*read, *left])


def corrections(view: View, waiting: Waiting, read: Sequence[Heading]) -> Component | None:
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
    lang, left_out = view.lang, ("", say("data.left_out", view.lang))
    choices = []
    for each in dict.fromkeys(read):
        known = [(field.name, field_heading(each.kind, field.name, lang)) for field in discover()[each.kind].fields]
        choices.append(
            forms.choice_field(f"column:{each.kind}.{each.title}", each.title, [left_out, *known], each.field)
        )
    if not choices:
        return None
    again = act(view, f"{waiting.token}/columns", *choices, button=say("data.again", lang))
    return card(say("data.columns", lang), html.P(say("data.columns_note", lang), className="mute"), again)


def faults(view: View, found: Preview, drawing: Component | None) -> Component | None:
    """Every fault with its row, what is wrong and what to do; and where it lies.

    Parameters
    ----------
    view
        Language, as the address says it.
    found
        What loading the file would do.
    drawing
        Where the faulty rows lie; None where that is not known.

    Returns
    -------
    card
        At most ``MOST`` rows, and how many there are; None without faults.
    """
    lang, rejects = view.lang, found.rejects
    if not rejects:
        return None
    heads = [say(f"data.fault.{name}", lang) for name in ("row", "column", "value", "what")]
    rows = [[_where(each.sheet, each.row), each.column, each.shown, each.to_sentence(lang)] for each in rejects[:MOST]]
    shown = say("data.shown", lang, n=len(rows), total=len(rejects))
    inside = [part for part in (drawing, table(heads, rows, heads[0], lang)) if part is not None]
    return card(say("data.faults", lang), *inside, beside=shown)


def differences(view: View, found: Preview) -> Component | None:
    """The cells that would change, from what to what.

    Parameters
    ----------
    view
        Language, as the address says it.
    found
        What loading the file would do.

    Returns
    -------
    card
        At most ``MOST`` cells, new rows left out, and a warning where values would be emptied; None without any.
    """
    lang = view.lang
    cells = [(report.kind, each) for report in found.reports for each in report.differences if not each.added]
    if not cells:
        return None
    heads = [say(f"data.difference.{name}", lang) for name in ("key", "column", "before", "after")]
    rows = [
        [key_said(each.key), field_heading(kind, each.column, lang),
         html.Del(value_said(kind, each, each.before, lang)), value_said(kind, each, each.after, lang)]
        for kind, each in cells[:MOST]
    ]  # fmt: skip
    shown = say("data.shown", lang, n=len(rows), total=len(cells))
    told = emptied_sentence(found.reports, lang)
    gone = [html.P(told, className="alert", role="alert")] if told else []
    return card(say("data.differences", lang), *gone, table(heads, rows, heads[0], lang), beside=shown)


def _where(sheet: str, row: int) -> str:
    return f"{sheet} {row}".strip()
