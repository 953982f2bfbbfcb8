"""Where a hit leads: the map with its place picked out, and the page of its place; said here for every kind."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from dashboard.components.top_bar import theme_links
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.calendar import today
from geodata.levels import Level, current_levels
from geodata.search.find_things import Hit
from geodata.search_kinds import Opens, search_kinds


@dataclass(frozen=True)
class HitLinks:
    """The ways of a hit; None: there is no such way.

    ``enter`` is where Enter goes: one of the two others.
    """

    enter: str | None
    on_map: str | None
    page: str | None


def hit_links(ctx: AppContext, view: View, hit: Hit) -> HitLinks:
    """The addresses a hit leads to, as of the last day on which its place stood.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it day, language and theme.
    hit
        What was found.

    Returns
    -------
    links
        None for what is yet to come after today; of a unit above the own area the map of the own area alone.
    """
    day = hit.day or hit.begins_on
    if day is None or day > today() or not hit.path:
        return HitLinks(None, None, None)
    plain = theme_links(view).with_fields(asof=view.asof if day == ctx.as_of_day(view) else day)
    place = hit.path[-1]
    if hit.subject_id is None and not ctx.opens_unit(place.code):
        whole = plain.link_to("/")
        return HitLinks(whole, whole, None)
    on_map = _map_link(plain, hit) if hit.on_map and (hit.subject_id is None or hit.ended_on is None) else None
    page = _page_link(plain, hit)
    first = on_map if search_kinds()[hit.kind].opens is Opens.MAP else page
    return HitLinks(first or page, on_map, page)


def _page_link(view: View, hit: Hit) -> str:
    if hit.subject_id is None:
        return view.link_to(f"/unit/{quote(hit.path[-1].code)}")
    return view.link_to(f"/subject/{quote(hit.subject_id)}", only="sample" if hit.kind == "sample" else None)


def _map_link(view: View, hit: Hit) -> str:
    place, levels = hit.path[-1], current_levels()
    if hit.subject_id is not None:
        return view.link_to("/", level=Level.SUBJECT, unit=place.code, subject=hit.subject_id)
    whole = place.level is levels.root and not levels.several_roots
    return view.link_to("/", unit=None if whole else place.code, level=levels.child_of(place.level) or place.level)
