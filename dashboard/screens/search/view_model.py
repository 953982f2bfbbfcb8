"""What the page and the list of the search show: hits in words, by kind, and what is not among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.search.hit_links import HitLinks, hit_links
from geodata.locale import label_of, translate
from geodata.search.find_things import Found, Hit, find_things
from geodata.search_kinds import search_kinds

SHOWN = 20
"""Hits of one list."""


@dataclass(frozen=True)
class ShownHit:
    """A hit in the words of the view's language; ``state`` is "" for what is there on the day."""

    label: str
    note: str
    place: str
    matched: str
    state: str
    links: HitLinks


@dataclass(frozen=True)
class ShownHits:
    """What was found, in words.

    Attributes
    ----------
    groups : name of a kind and its hits, the kind of the best hit first.
    more : what was found and is not among them; "" where that is nothing.
    none : why there is nothing; "" where there is something.
    """

    groups: tuple[tuple[str, tuple[ShownHit, ...]], ...]
    more: str
    none: str


def find_hits(ctx: AppContext, view: View) -> ShownHits:
    """What the view's text finds on its day.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the text, the day and the language.

    Returns
    -------
    hits
        Never remembered: what somebody looks for is kept nowhere.
    """
    typed = (view.find or "").strip()
    found = ctx.query(find_things, typed, ctx.as_of_day(view), SHOWN) if typed else Found()
    groups = tuple(
        (translate(f"search.kind.{kind}", view.lang), tuple(_in_words(ctx, view, hit) for hit in hits))
        for kind, hits in groupby(found.hits, key=lambda hit: hit.kind)
    )
    none = translate("search.none", view.lang, typed=typed, area=ctx.covered_area(translate("search.all", view.lang)))
    return ShownHits(groups, _left_out(found, view), "" if groups or not typed else none)


def _in_words(ctx: AppContext, view: View, hit: Hit) -> ShownHit:
    words = search_kinds()[hit.kind].note_words
    note = hit.note or ""
    above = hit.path[:-1] if hit.kind == "unit" else hit.path
    return ShownHit(
        label=hit.label,
        note=label_of(words(note), view.lang) if words and note else note,
        place=" › ".join(step.name for step in (above[1:] if len(above) > 1 else above)),
        matched=hit.matched if hit.matched and hit.matched != note else "",
        state=_state(hit, view),
        links=hit_links(ctx, view, hit),
    )


def _state(hit: Hit, view: View) -> str:
    if hit.ended_on:
        return translate(f"search.ended.{hit.kind}", view.lang, day=hit.ended_on)
    return translate("search.begins", view.lang, day=hit.begins_on) if hit.begins_on else ""


def _left_out(found: Found, view: View) -> str:
    """How many more of each kind there are; of more than are counted, so many at least."""
    if not found.more:
        return ""
    each = [
        translate(f"search.{'beyond' if kind in found.beyond else 'more_of'}", view.lang, n=n,
                  kind=translate(f"search.kind.{kind}", view.lang))
        for kind, n in found.more
    ]  # fmt: skip
    n, counted = sum(n for _, n in found.more), "beyond_all" if found.beyond else "more"
    return translate(f"search.{counted}", view.lang, n=n, each=translate("list.comma", view.lang).join(each))
