"""The bar over a page's numbers: what they are narrowed to, each pick a chip to let go of, and the form to pick."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from dash import html
from dash.development.base_component import Component

from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import picked_person
from dashboard.request.view import NARROWED, View
from dashboard.tables.narrowing_words import narrowing_words
from geodata.locale import Lang, label_of, translate
from geodata.rollup.narrowing import LISTED, OWN, WORDS
from geodata.subjects.narrow_choices import list_answering, list_products
from geodata.vocabulary import SubjectStatus


def narrow_bar(ctx: AppContext, view: View, path: str, day: date, within: str | None) -> Component:
    """The bar of a page whose numbers follow it.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        What is picked, and what the links keep.
    path
        The page's own path.
    day
        As of which day products and people are offered.
    within
        The unit whose products and people are offered; None: everywhere.

    Returns
    -------
    bar
        A menu with the form, chips, and while anything is picked what does not follow.
    """
    answering = ctx.cached_query(list_answering, day, within)
    people = {
        number: translate(
            "ui.narrow.person_of", view.lang, name=name, places=translate("list.comma", view.lang).join(at)
        )
        for number, (name, at) in answering.items()
    }
    products = ctx.cached_query(list_products, day, within)
    picked = narrowing_words(view.narrowing, view.lang, picked_person(ctx))
    chips = [_chip(view, path, name, words) for name, words in picked.items()]
    if len(chips) > 1:
        href = view.link_to(path, **dict.fromkeys(NARROWED))
        chips.append(html.A(translate("ui.narrow.none", view.lang), href=href, className="none", **{"data-soft": ""}))
    summary = html.Summary(translate("ui.narrow.title", view.lang), className="button")
    menu = html.Details([summary, _form(view, products, people)], className="menu")
    aside = html.Small(translate("ui.narrow.aside", view.lang), className="mute") if picked else None
    named = translate("ui.narrow.label", view.lang)
    return html.Section([menu, *chips, aside], className="narrowing chips", **{"aria-label": named})


def _chip(view: View, path: str, name: str, words: str) -> Component:
    told = translate("ui.narrow.drop", view.lang, what=words)
    inside = [words, html.Span("×", **{"aria-hidden": "true"})]
    return html.A(inside, href=view.link_to(path, **{name: None}), title=told, **{"data-soft": "", "aria-label": told})


def _form(view: View, products: Mapping[str, int], people: Mapping[str, str]) -> Component:
    lang, said = view.lang, view.narrowing.said
    offered: dict[str, Mapping[str, str]] = {
        name: {str(word): label_of(word, lang) for word in words if _is_offered(word, said)}
        for name, words in WORDS.items()
    }
    offered["product"] = {
        product: translate("ui.narrow.counted", lang, value=product, n=count) for product, count in products.items()
    }
    offered["person"] = {OWN: translate("ui.narrow.me", lang), **people}
    fields = [_field(name, offered[name], said.get(name, ""), lang) for name in offered]
    button = html.Button(translate("ui.narrow.go", lang), className="button strong", type="submit")
    return html.Form([*fields, button], className="narrow-form", **{"data-soft": ""})


def _is_offered(word: StrEnum, said: Mapping[str, str]) -> bool:
    """Every word of its vocabulary but the states of those that have ended, which the roster does not list."""
    return not isinstance(word, SubjectStatus) or word in LISTED or word == said.get("status")


def _field(name: str, offered: Mapping[str, str], chosen: str, lang: Lang) -> Component:
    """A list of choices; what is picked and not offered here, as a product of another place, stands in it too."""
    known = {"": translate("ui.narrow.any", lang), **offered}
    known.setdefault(chosen, chosen)
    options = [html.Option(words, value=value, selected=value == chosen) for value, words in known.items()]
    # made anew for another choice: the browser keeps its own of a list that stays
    select = html.Select(options, id=f"narrow-{name}", name=name, key=f"{name}={chosen}")
    return html.Label([html.Span(translate(f"ui.narrow.{name}", lang)), select], htmlFor=f"narrow-{name}")
