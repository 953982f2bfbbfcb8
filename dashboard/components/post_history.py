"""Who answered when: every post ever held at a place, from–to, with the document that made it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.locale import label_of, translate
from geodata.responsibility.chain import HeldPost

HEADS = ("name", "since", "until", "document")


def post_history(posts: Sequence[HeldPost], view: View, path: str, day: date) -> Component:
    """The posts as a table, newest first; a first day links to the page as of that day, those in post are marked.

    Parameters
    ----------
    posts
        In the order they are shown, the newest first; both ends of a post inclusive.
    view
        What is looked at.
    path
        Address of the page.
    day
        Those who hold a post on it, inclusive, are marked.

    Returns
    -------
    table
        Without posts, a sentence.
    """
    if not posts:
        return html.P(translate("ui.history.none", view.lang), className="none")
    heads = html.Tr([html.Th(translate(f"ui.history.{head}", view.lang), scope="col") for head in HEADS])
    rows = [_row(post, view, path, day) for post in posts]
    return html.Div(
        html.Table([html.Thead(heads), html.Tbody(rows)], className="plain-table"),
        className="scroller",
        tabIndex=0,
        role="region",
        **{"aria-label": translate("ui.history.title", view.lang)},
    )


def _row(post: HeldPost, view: View, path: str, day: date) -> Component:
    lang = view.lang
    when = "past" if post.until and post.until < day else "future" if post.since > day else "present"
    acting = html.Span(
        translate("chain.acting", lang),
        className="tag acting",
        title=translate("ui.chain.acting", lang, name=post.acting_for),
    )
    since = post.since.isoformat()
    who = [html.B(post.name) if when == "present" else post.name, acting if post.acting_for else None]
    return html.Tr(
        [
            html.Td([*who, html.Div(label_of(post.role, lang), className="note")]),
            html.Td(
                html.A(
                    since,
                    href=view.link_to(path, asof=post.since),
                    title=translate("ui.history.that_day", lang),
                    **{"data-soft": ""},
                )
            ),
            html.Td(post.until.isoformat() if post.until else translate("ui.history.still", lang)),
            html.Td(post.document_no or "—"),
        ],
        className=when,
    )
