"""Views saved under a name: the own, and those colleagues of the same area share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geodata.errors import NotFound, UserError
from geodata.signs.page_address import is_own_page

LONGEST_NAME = 60
LONGEST_ADDRESS = 4000


@dataclass(frozen=True)
class SavedView:
    """One view; ``own`` is whether whoever looks saved it."""

    number: int
    login: str
    name: str
    page_address: str
    is_shared: bool
    saved_at: datetime
    own: bool


_LISTED = """
SELECT v.id AS number, v.login, v.name, v.page_address, v.is_shared, v.saved_at, v.login = grid.acting() AS own
FROM grid.saved_view AS v ORDER BY v.login <> grid.acting(), v.name, v.id
"""


def list_views(db: Connection) -> list[SavedView]:
    """The own views, then those shared by others.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    views
        Each part by name; nobody has more than a hundred.
    """
    return [SavedView(**row) for row in db.execute(text(_LISTED)).mappings()]


def save_view(db: Connection, name: str, page_address: str, *, shared: bool) -> int:
    """Save a page under a name; the same name again is the same view with another address.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who saves.
    name
        1 to ``LONGEST_NAME`` signs; blanks around it are taken off.
    page_address
        Path and question of a page of this server.
    shared
        Whether colleagues of the same area see it.

    Returns
    -------
    number
        Of the view.

    Raises
    ------
    UserError
        No name or one too long, no page of this server, or a hundred views already.
    """
    called = " ".join(name.split())
    if not 1 <= len(called) <= LONGEST_NAME:
        raise UserError("saved.error.name", longest=LONGEST_NAME)
    if not is_own_page(page_address, LONGEST_ADDRESS):
        raise UserError("saved.error.address")
    said = {"name": called, "address": page_address, "shared": shared}
    number = db.execute(text("SELECT grid.save_view(:name, :address, :shared)"), said).scalar_one()
    if number is None:
        raise UserError("saved.error.many")
    return int(number)


def remove_view(db: Connection, number: int) -> None:
    """Take an own view away.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who takes it away.
    number
        Of the view.

    Raises
    ------
    NotFound
        There is no such view of one's own.
    """
    if not db.execute(text("SELECT grid.remove_view(:number)"), {"number": number}).scalar_one():
        raise NotFound("saved.error.not_there")
