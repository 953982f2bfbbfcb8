"""The chain card: every level with its people, since when and their office phone; a vacant post in red, with its days."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import View
from geodata.chain import Chain, ChainLevel, HeldPost, Vacancy
from geodata.vocabulary import Level
from geodata.words import label, say


def chain_card(chain: Chain, view: View, title: str = "", more: str = "") -> list[Component]:
    """Heading (``more`` is the address of the whole story) and one row per level, the district first."""
    link = html.A(say("ui.chain.more", view.lang), href=more, **{"data-soft": ""}) if more else None
    head = html.Div([html.H2(title or say("ui.chain.title", view.lang)), link], className="card-head")
    if not chain.levels:
        return [head, html.P(say("ui.chain.none", view.lang), className="none")]
    return [head, html.Ol([_level(level, chain, view) for level in chain.levels], className="chain")]


def _level(level: ChainLevel, chain: Chain, view: View) -> Component:
    posts = [_post(post, chain, view) for post in level.posts]
    gaps = [_gap(gap, level, chain, view) for gap in level.vacancies]
    state = "named" if level.named else "vacant"
    return html.Li(
        [
            html.I(className="ring", **{"aria-hidden": "true"}),
            html.Span(label(level.level, view.lang), className="level"),
            html.Div(
                [html.Div(level.place_name, className="place") if level.level is not Level.DISTRICT else None, *posts, *gaps]
            ),
        ],
        className=state,
    )


def _post(post: HeldPost, chain: Chain, view: View) -> Component:
    lang = view.lang
    notes = [say("ui.chain.since", lang, day=post.since.isoformat())]
    notes += [post.office_phone] if post.office_phone else []
    notes += [say("ui.chain.acting", lang, name=post.acting_for)] if post.acting_for else []
    notes += [say("ui.chain.trained", lang, year=chain.as_of.year)] if post.trained_in(chain.as_of.year) else []
    who = [html.B(post.name), html.Span(label(post.role, lang), className="role")]
    return html.Div([html.Span(who), html.Span(" · ".join(notes), className="note")], className="post")


def _gap(gap: Vacancy, level: ChainLevel, chain: Chain, view: View) -> Component:
    lang, days = view.lang, gap.days(chain.as_of)
    tag = say("ui.chain.vacant_days", lang, days=days) if days is not None else say("ui.chain.never", lang)
    notes = [say("ui.chain.last", lang, name=gap.last_holder)] if gap.last_holder else []
    notes += [say("ui.chain.escalates", lang, name=level.escalates_to)] if level.escalates_to else []
    who = [html.Span(label(gap.role, lang)), html.Span(tag, className="tag")]
    return html.Div([html.Span(who), html.Span(" · ".join(notes), className="note")], className="post gap")
