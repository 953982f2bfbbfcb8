"""Pages and cards for when there is nothing to show: loading, unknown, empty, broken. Each says what to do next."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask import get_flashed_messages

from dashboard.request.redirect_after import REFUSED
from dashboard.request.view import View
from geodata.errors import GridError, NotFound
from geodata.locale import translate

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
    tiles = html.Div([html.Div(className="card tile") for _ in range(4)], className="tiles")
    column = html.Div([tiles, html.Div(className="card"), html.Div(className="card")], className="column")
    body = html.Div([html.Div(className="map"), column], className="one-map")
    return html.Div([html.Div(className="top"), body], className="page", **{"aria-busy": "true"})


def not_found(view: View) -> Component:
    """The page of an address that names nothing.

    Parameters
    ----------
    view
        Of it the language; where the way home starts from.

    Returns
    -------
    page
        Heading, sentence, way home.
    """
    return refusal_page(view, translate("ui.notfound.text", view.lang), NotFound.banner)


def refusal_page(view: View, sentence: str, banner: str) -> Component:
    """The page of an error a person is told: its sentence under its heading.

    Parameters
    ----------
    view
        Of it the language; where the way home starts from.
    sentence
        What is told, in the view's language.
    banner
        Catalogue key of the heading (``GridError.banner``).

    Returns
    -------
    page
        Heading, sentence, way home.
    """
    return _page(view, banner, sentence)


def incident_page(view: View, incident: str) -> Component:
    """The page of a fault of ours, with the number under which the log knows it.

    Parameters
    ----------
    view
        Of it the language; where the way home starts from.
    incident
        The number ``request.incident`` gave.

    Returns
    -------
    page
        Heading, sentence, way home.
    """
    return _page(view, GridError.banner, translate("ui.broken.text", view.lang, incident=incident))


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
    return _page(
        view, "ui.empty.title", translate("ui.empty.text", view.lang), html.Ol(steps, className="steps"), home=False
    )


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


def _page(view: View, title: str, text: str, *more: Component, home: bool = True) -> Component:
    start = view.link_to("/", unit=None, subject=None)
    back = [html.A(translate("ui.notfound.home", view.lang), href=start, className="button")]
    return html.Main(
        html.Div(
            [html.H1(translate(title, view.lang)), html.P(text), *more, *(back if home else [])],
            className="card letter",
        ),
        className="page plain",
    )
