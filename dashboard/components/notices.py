"""Pages and cards for when there is nothing to show: loading, empty, broken in a part. Each says what to do next."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component
from flask import get_flashed_messages

from dashboard.request.redirect_after import REFUSED
from dashboard.request.view import View
from geodata.locale import Lang, label_of, translate
from geodata.territory.ended_unit import EndedUnit, Successor
from layers.catalog import discover

LOAD_COMMANDS = (
    "python -m etl demo",
    "python -m etl template subjects subjects.xlsx",
    "python -m etl load folder/",
    "python -m dashboard account add admin --person R0001",
)


def skeleton_page() -> Component:
    """What stands on the screen before the first answer, in the shape of the page to come.

    Returns
    -------
    page
        Without a word, so that it fits every language.
    """
    tiles = html.Div([html.Div(className="card tile") for _ in discover()], className="tiles")
    column = html.Div([tiles, html.Div(className="card"), html.Div(className="card")], className="column")
    body = html.Div([html.Div(className="map"), column], className="one-map")
    return html.Div([html.Div(className="top"), body], className="page", **{"aria-busy": "true"})


def empty_database_page(view: View) -> Component:
    """The page of a database without a single unit: how to load data and let the first person in.

    Parameters
    ----------
    view
        Of it the language.

    Returns
    -------
    page
        Heading, sentence, the commands of ``LOAD_COMMANDS`` as steps.
    """
    steps = [
        html.Li([html.Span(translate(f"ui.empty.step{number}", view.lang)), html.Code(command)])
        for number, command in enumerate(LOAD_COMMANDS, start=1)
    ]
    told = [
        html.H1(translate("ui.empty.title", view.lang)),
        html.P(translate("ui.empty.text", view.lang)),
        html.Ol(steps, className="steps"),
    ]
    return html.Main(html.Div(told, className="card letter"), className="page plain")


def alert_card(view: View, incident: str, what: str) -> Component:
    """The card of one part that failed while the rest of the page stands.

    Parameters
    ----------
    view
        Of it the language.
    incident
        The number ``request.incident`` gave.
    what
        Name of the part, in the view's language.

    Returns
    -------
    card
        A screen reader reads it out at once.
    """
    text = translate("ui.broken.part", view.lang, what=what, incident=incident)
    return html.Div(text, className="alert", role="alert")


def act_notices() -> list[Component]:
    """What came of the act before this page, each a sentence that is told once; what was refused as an alert.

    Returns
    -------
    sentences
        In the order they were said; no later request is told them again.
    """
    return [
        html.P(text, className="alert", role="alert")
        if sort == REFUSED
        else html.P(text, className="alert said", role="status")
        for sort, text in get_flashed_messages(with_categories=True)
    ]


def ended_ways(view: View, unit: EndedUnit) -> list[Component]:
    """What came after a unit that has ended, and the way to its own last day.

    Parameters
    ----------
    view
        Of it language and day; where the ways start from.
    unit
        The unit.

    Returns
    -------
    parts
        Of the page that says that it has ended.
    """
    lang = view.lang

    def way(code: str, words: str, day: date | None) -> Component:
        place = f"/unit/{quote(code)}"
        return html.A(words, href=view.link_to(place, unit=None, subject=None, indicator=None, only=None, asof=day))

    after = [html.Li(way(each.code, _successor_words(each, lang), view.asof)) for each in unit.successors]
    listed = [html.H2(translate("ended.successors", lang)), html.Ul(after)] if after else []
    then = way(unit.code, translate("ended.then", lang, name=unit.name, last_on=unit.last_on), unit.last_on)
    return [*listed, *[html.P(sentence) for sentence in unit.what_is_unsaid(lang)], html.P(then)]


def _successor_words(each: Successor, lang: Lang) -> str:
    how = translate("ended.successor", lang, how=label_of(each.how, lang), from_on=each.from_on)
    return f"{each.name} {each.code} · {how}"
