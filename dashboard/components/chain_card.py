"""The chain card: every level with its people, since when, their office phone; a vacant post in red, with its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.components.guidance.term_note import term_note
from dashboard.request.view import View
from geodata.levels import Level, current_levels
from geodata.locale import label_of, translate
from geodata.responsibility.chain import Chain, ChainLevel, HeldPost, Vacancy
from geodata.vocabulary import Role
from layers.number_format import counts_text


@dataclass(frozen=True)
class Below:
    """A level under the place of the card: how many of its places have the post held, and where the list of them is."""

    level: Level
    role: Role
    held: int
    places: int
    href: str


def chain_card(
    chain: Chain, view: View, title: str = "", more: str = "", below: Sequence[Below] = (), mobiles: str = ""
) -> list[Component]:
    """The heading and one row per level, the root first.

    Parameters
    ----------
    chain
        Who answers on its day.
    view
        What is looked at.
    title
        The heading; empty for the usual one.
    more
        Address of the whole story; empty for none.
    below
        Rows under the chain, one per level that is counted.
    mobiles
        Address of the private mobiles, for whoever may ask for them; empty for none.

    Returns
    -------
    parts
        The insides of a card; a chain without levels is a sentence.
    """
    link = html.A(translate("ui.chain.more", view.lang), href=more, **{"data-soft": ""}) if more else None
    call = html.A(translate("ui.chain.mobiles", view.lang), href=mobiles) if mobiles else None
    head = html.Div([html.H2(title or translate("ui.chain.title", view.lang)), link, call], className="card-head")
    if not chain.levels:
        return [head, html.P(translate("ui.chain.none", view.lang), className="none")]
    rows = [_level(level, chain, view) for level in chain.levels]
    return [head, html.Ol([*rows, *(_count(item, view) for item in below)], className="chain")]


def _level(level: ChainLevel, chain: Chain, view: View) -> Component:
    posts = [_post(post, chain, view) for post in level.posts]
    gaps = [_gap(gap, level, chain, view) for gap in level.vacancies]
    place = html.Div(level.place_name, className="place") if _is_named(level.level) else None
    return _line(level.level, [place, *posts, *gaps], "named" if level.named else "vacant", view)


def _is_named(level: Level) -> bool:
    """Whether the place is written out; where there is one root only, it is known, and the subject is the heading."""
    levels = current_levels()
    return level is not Level.SUBJECT and (level is not levels.root or levels.several_roots)


def _line(level: Level, inside: list[Component | None], state: str, view: View) -> Component:
    ring = html.I(className="ring", **{"aria-hidden": "true"})
    return html.Li([ring, html.Span(label_of(level, view.lang), className="level"), html.Div(inside)], className=state)


def _post(post: HeldPost, chain: Chain, view: View) -> Component:
    lang, year = view.lang, chain.as_of.year
    notes = [translate("ui.chain.since", lang, day=post.since.isoformat())]
    notes += [post.office_phone] if post.office_phone else []
    notes += [translate("ui.chain.acting", lang, name=post.acting_for)] if post.acting_for else []
    notes += [translate("ui.chain.trained", lang, year=year)] if post.trained_in(year) else []
    acting = html.Span(translate("chain.acting", lang), className="tag acting") if post.acting_for else None
    who = [html.B(post.name), html.Span(label_of(post.role, lang), className="role"), acting]
    return html.Div([html.Div(who), html.Div(" · ".join(notes), className="note")], className="post")


def _gap(gap: Vacancy, level: ChainLevel, chain: Chain, view: View) -> Component:
    lang, days = view.lang, gap.days_vacant(chain.as_of)
    tag = translate("ui.chain.vacant_days", lang, days=days) if days is not None else translate("ui.chain.never", lang)
    if gap.recorded_from:
        tag = translate("ui.chain.recorded_from", lang, day=gap.recorded_from.isoformat())
    until = gap.since - timedelta(days=1) if gap.since else None
    notes = [translate("ui.chain.last", lang, name=gap.last_holder, day=until)] if gap.last_holder else []
    notes += [translate("ui.chain.escalates", lang, name=level.escalates_to)] if level.escalates_to else []
    who = [html.Span(label_of(gap.role, lang)), html.Span(term_note("vacancy", lang, tag), className="tag")]
    return html.Div([html.Div(who), html.Div(" · ".join(notes), className="note")], className="post gap")


def _count(item: Below, view: View) -> Component:
    text = translate(
        "ui.chain.held", view.lang, role=label_of(item.role, view.lang), counts=counts_text(item.held, item.places)
    )
    if item.held == item.places:
        return _line(item.level, [html.Div(text, className="post")], "named", view)
    wanting = html.A(
        translate("ui.chain.wanting", view.lang, n=item.places - item.held), href=item.href, **{"data-soft": ""}
    )
    return _line(item.level, [html.Div([text, wanting], className="post")], "short", view)
