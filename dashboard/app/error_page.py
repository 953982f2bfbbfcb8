"""The page of whatever went wrong: the header of the other pages, one sentence, and a way on.

It holds nothing of the address but language and theme, so that an address outside the own area and one that is nowhere
give the same page.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component
from flask import Response

from dashboard.components.html_document import html_document
from dashboard.components.notices import ended_ways
from dashboard.components.top_bar import plain_frame, theme_links
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.errors import GridError, NotFound
from geodata.locale import Lang, translate
from geodata.territory.ended_unit import UnitEnded

SAME_ADDRESS = ""
"""The switches of language and theme lead to the address at hand, whichever it is."""


def told_sentence(fault: GridError, lang: Lang) -> str:
    """What a page or a program is told of a fault: of what is not there always the same, whatever was asked for.

    Parameters
    ----------
    fault
        The fault.
    lang
        The language wanted.

    Returns
    -------
    sentence
        One; a fault that tells nothing of a place is told in its own words.
    """
    hushed = isinstance(fault, NotFound) and not fault.is_open
    return translate("door.http.404", lang) if hushed else fault.to_sentence(lang)


def fault_page(view: View, fault: GridError, ctx: AppContext | None, path: str = SAME_ADDRESS) -> Component:
    """The page of an error that was raised on purpose; of a unit that has ended with the ways on from it.

    Parameters
    ----------
    view
        Of it language, theme and day.
    fault
        The error.
    ctx
        Knows the navigation and who is asking; None where that cannot be found out.
    path
        Where the switches of language and theme lead.

    Returns
    -------
    page
        With the way to the map; complete, without scripts.
    """
    unit = fault.unit if isinstance(fault, UnitEnded) else None
    if unit is None:
        return error_page(view, told_sentence(fault, view.lang), fault.banner, ctx, path)
    return error_page(view, unit.what_it_was(view.lang), fault.banner, ctx, path, ended_ways(view, unit))


def error_page(
    view: View,
    sentence: str,
    banner: str,
    ctx: AppContext | None,
    path: str = SAME_ADDRESS,
    more: Sequence[Component] = (),
) -> Component:
    """The page of an error.

    Parameters
    ----------
    view
        Of it language and theme.
    sentence
        What is told, in the view's language.
    banner
        Catalogue key of the heading (``GridError.banner``).
    ctx
        Knows the navigation and who is asking; None where that cannot be found out.
    path
        Where the switches of language and theme lead.
    more
        What else it shows, before the way to the map.

    Returns
    -------
    page
        With the way to the map; complete, without scripts.
    """
    kept = theme_links(view)
    onward = html.A(translate("ui.notfound.home", view.lang), href=kept.link_to("/"), className="button")
    letter = html.Div(
        [html.H1(translate(banner, view.lang)), html.P(sentence), *more, onward], className="card letter", role="alert"
    )
    return plain_frame(kept, path, [], html.Main(letter, className="middle"), ctx)


def error_document(
    view: View, sentence: str, status: int, banner: str, ctx: AppContext | None, path: str = SAME_ADDRESS
) -> Response:
    """The page of an error as the answer to a request.

    Parameters
    ----------
    view
        Of it language and theme.
    sentence
        What is told, in the view's language.
    status
        The HTTP status.
    banner
        Catalogue key of the heading (``GridError.banner``).
    ctx
        Knows the navigation and who is asking; None where that cannot be found out.
    path
        Where the switches of language and theme lead.

    Returns
    -------
    answer
        The whole page.
    """
    page = error_page(view, sentence, banner, ctx, path)
    return html_document(view, translate(banner, view.lang), page, status)
