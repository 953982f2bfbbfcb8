"""A word of the field explained where it stands: opened by mouse, finger or keyboard, without a script.

The words are those of the catalogue: ``term.<key>.name`` and ``.text``; of an indicator its label and its definition.
Each stands there once, and on the page of help.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, read_catalogue, translate

_BEGUN, _ENDS = "term.", ".text"


def known_terms(lang: Lang) -> list[str]:
    """The keys of all terms that are no indicators.

    Parameters
    ----------
    lang
        The language of the catalogue.

    Returns
    -------
    keys
        In the order of the catalogue.
    """
    ended = [key for key in read_catalogue(lang) if key.startswith(_BEGUN) and key.endswith(_ENDS)]
    return [key.removeprefix(_BEGUN).removesuffix(_ENDS) for key in ended]


def explain_term(key: str, lang: Lang) -> tuple[str, str]:
    """What a term is called and what it means.

    Parameters
    ----------
    key
        Of a term or of an indicator.
    lang
        The language wanted.

    Returns
    -------
    name, text
        The word, and a sentence or two.
    """
    if f"{_BEGUN}{key}{_ENDS}" in read_catalogue(lang):
        return translate(f"term.{key}.name", lang), translate(f"term.{key}.text", lang)
    return translate(f"indicator.{key}.label", lang), translate(f"indicator.{key}.definition", lang)


def term_note(key: str, lang: Lang, words: str = "") -> Component:
    """A word that opens its explanation.

    Parameters
    ----------
    key
        Of a term or of an indicator.
    lang
        The language wanted.
    words
        What stands on the page; "": the term's own name.

    Returns
    -------
    note
        Folded up; the explanation lies over the foot of the window when it is open, and moves nothing.
    """
    name, text = explain_term(key, lang)
    shown = [words or name, html.I("?", className="sign", **{"aria-hidden": "true"})]
    told = html.Span([html.B(name), html.Span(f"{translate('ui.term.colon', lang)}{text}")], className="told-term")
    return html.Details([html.Summary(shown, title=text), told], className="term")


def term_line(keys: tuple[str, ...], lang: Lang) -> Component:
    """The words of a table or card beside each other, where they cannot be opened themselves.

    Parameters
    ----------
    keys
        Of terms or indicators, in their order.
    lang
        The language wanted.

    Returns
    -------
    line
        With the way to all of them.
    """
    return html.Div(
        [term_note(key, lang) for key in keys],
        className="terms",
        role="group",
        **{"aria-label": translate("ui.term.line", lang)},
    )
