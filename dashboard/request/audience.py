"""For whom an address, a screen or a callback is; which posts belong to each circle (domain §1)."""

from __future__ import annotations

from enum import StrEnum

from geodata.accounts.account_admin import Visitor
from geodata.vocabulary import Role


class Audience(StrEnum):
    """Circles of people, from everybody to the few who run the system."""

    PUBLIC = "public"
    STAFF = "staff"
    STEWARD = "steward"
    OPERATOR = "operator"


_POSTS: dict[Audience, frozenset[Role]] = {
    Audience.STEWARD: frozenset({Role.DATA_STEWARD, Role.SECTION_HEAD}),
    Audience.OPERATOR: frozenset({Role.ADMINISTRATOR, Role.SECTION_HEAD}),
}
"""The section has all and manages; staff is whoever has a place open to him today."""


def admits_visitor(audience: Audience, visitor: Visitor | None) -> bool:
    """Whether ``visitor`` (None: not signed in) belongs to the circle; the database decides on the rows."""
    if audience is Audience.PUBLIC:
        return True
    if visitor is None or not visitor.admitted:
        return False
    return audience is Audience.STAFF or bool(visitor.roles & _POSTS[audience])
