"""The navigation: what a page says of its own link, and the links of an application, each shown to whom it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from dashboard.request.admission import Asked, admits_visitor
from geodata.accounts.visitor import Visitor

HANDFUL = 5
"""More links than these are shown by group."""


class NavGroup(StrEnum):
    """What the links are grouped by, in the order of the groups."""

    MAP = "map"
    BRIEFING = "briefing"
    PATROLS = "patrols"
    CLOSURE = "closure"
    PUBLIC = "public"
    SUBJECTS = "subjects"
    ASSESSMENT = "assessment"
    DATA = "data"
    MANAGEMENT = "management"


@dataclass(frozen=True)
class Nav:
    """A page's place in the navigation.

    Attributes
    ----------
    group : the group it is shown in, once there are more than ``HANDFUL`` links.
    order : its place among all links, the lowest first; within its group when they are grouped.
    title : catalogue key of the link's words; "" for the page's own title.
    path : the link's address, for a page whose own has places; "" for the page's own.
    """

    group: NavGroup
    order: int
    title: str = ""
    path: str = ""


@dataclass(frozen=True)
class NavLink:
    """A link of the navigation: its address, the catalogue key of its words, where it stands and what it asks for."""

    path: str
    title: str
    group: NavGroup
    order: int
    permission: Asked


def open_links(links: Iterable[NavLink], visitor: Visitor | None) -> list[NavLink]:
    """The links that are for a visitor.

    Parameters
    ----------
    links
        All there are.
    visitor
        Whoever is there; None: not signed in.

    Returns
    -------
    links
        By order, then address.
    """
    found = [link for link in links if admits_visitor(link.permission, visitor)]
    return sorted(found, key=lambda link: (link.order, link.path))


def group_links(links: Sequence[NavLink]) -> list[tuple[NavGroup | None, list[NavLink]]]:
    """The links by group in the order of the groups; one group without a name for a handful of them.

    Parameters
    ----------
    links
        Those that are shown, in their order.

    Returns
    -------
    groups
        Each with its links in their order; only groups that have any. A handful (``HANDFUL`` at most) has the group
        None.
    """
    if len(links) <= HANDFUL:
        return [(None, list(links))]
    rank = list(NavGroup).index
    sorted_links = sorted(links, key=lambda link: rank(link.group))  # stable: the order within a group stays
    return [(group, list(found)) for group, found in groupby(sorted_links, key=lambda link: link.group)]
