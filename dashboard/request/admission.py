"""What an address, a screen or a callback asks of whoever opens it; ``geodata.permissions`` says who has it."""

from __future__ import annotations

from enum import Enum
from typing import Final

from geodata.accounts.visitor import Visitor
from geodata.permissions import Permission, is_permitted


class Public(Enum):
    """What is for everybody, signed in or not, said aloud: what says nothing is shut."""

    PUBLIC = "public"


PUBLIC: Final = Public.PUBLIC
Asked = Permission | frozenset[Permission] | Public
"""A permission, or several of which one is enough, or nothing at all."""


def admits_visitor(asked: Asked, visitor: Visitor | None) -> bool:
    """Whether somebody may open what asks for a permission; the database decides on the rows.

    Parameters
    ----------
    asked
        One permission, several of which one is enough, or ``PUBLIC``.
    visitor
        Whoever is there; None: not signed in.

    Returns
    -------
    open
        False for an account without a place today, whatever its posts; by a personal token the sight of the own area
        is all there is.
    """
    if asked is Public.PUBLIC:
        return True
    if visitor is None or not visitor.admitted:
        return False
    enough = {asked} if isinstance(asked, Permission) else asked
    if visitor.token_id is not None:
        return Permission.SEE_AREA in enough
    return any(is_permitted(visitor.roles, permission) for permission in enough)
