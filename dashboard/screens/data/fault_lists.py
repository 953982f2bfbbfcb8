"""Lists of a file that is looked at: its faults, and the cells that would change."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.cards import card, html_table
from dashboard.request.view import View
from dashboard.screens.data.difference_words import key_said, value_said
from etl import Preview
from etl.load.file_report import emptied_sentence
from etl.recognise.field_words import field_heading
from geodata.locale import translate

MOST = 200
"""Rows of a list on the page; the workbook of faults has them all."""


def faults_card(view: View, found: Preview, drawing: Component | None) -> Component | None:
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
    heads = [translate(f"data.fault.{name}", lang) for name in ("row", "column", "value", "what")]
    rows = [
        [_where(each.sheet, each.row), each.column, each.show_value(lang), each.to_sentence(lang)]
        for each in rejects[:MOST]
    ]
    shown = translate("data.shown", lang, n=len(rows), total=len(rejects))
    inside = [part for part in (drawing, html_table(heads, rows, heads[0], lang)) if part is not None]
    return card(translate("data.faults", lang), *inside, beside=shown)


def differences_card(view: View, found: Preview) -> Component | None:
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
    heads = [translate(f"data.difference.{name}", lang) for name in ("key", "column", "before", "after")]
    rows = [
        [
            key_said(each.key),
            field_heading(kind, each.column, lang),
            html.Del(value_said(kind, each, each.before, lang)),
            value_said(kind, each, each.after, lang),
        ]
        for kind, each in cells[:MOST]
    ]  # fmt: skip
    shown = translate("data.shown", lang, n=len(rows), total=len(cells))
    told = emptied_sentence(found.reports, lang)
    gone = [html.P(told, className="alert", role="alert")] if told else []
    return card(translate("data.differences", lang), *gone, html_table(heads, rows, heads[0], lang), beside=shown)


def _where(sheet: str, row: int) -> str:
    return f"{sheet} {row}".strip()
