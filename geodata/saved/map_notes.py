"""Notes pinned to a unit or to a place, with author, day and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geodata.calendar import today
from geodata.errors import NotFound, UserError

LONGEST = 300
MOST_DAYS = 731
"""A note ends: what is to stay for ever is a fact, not a note."""


@dataclass(frozen=True)
class MapNote:
    """One note; ``lon`` and ``lat`` (degrees, EPSG:4490) say where it is shown, a unit's somewhere inside of it.

    They are None for a unit without a boundary on the day.
    """

    number: int
    login: str
    body: str
    unit_code: str
    unit_name: str
    lon: float | None
    lat: float | None
    from_on: date
    until_on: date
    own: bool


_LISTED = """
SELECT n.id AS number, n.login, n.body, n.unit_code,
       coalesce(u.name, n.unit_code) AS unit_name, ST_X(at.place) AS lon, ST_Y(at.place) AS lat, n.from_on, n.until_on,
       n.login = grid.acting() AS own
FROM grid.map_note AS n LEFT JOIN grid.unit_on(:as_of) AS u ON u.code = n.unit_code
CROSS JOIN LATERAL (SELECT coalesce(n.point, ST_PointOnSurface(u.geom)) AS place) AS at
WHERE :as_of BETWEEN n.from_on AND n.until_on ORDER BY n.from_on DESC, n.id DESC
"""


def list_notes(db: Connection, as_of: date) -> list[MapNote]:
    """The notes of a day that whoever asks may see.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    as_of
        The day; a note is shown from its first to its last day, both inclusive.

    Returns
    -------
    notes
        The newest first; nobody has more than a hundred that stand.
    """
    return [MapNote(**row) for row in db.execute(text(_LISTED), {"as_of": as_of}).mappings()]


def notes_mark(db: Connection) -> list[int]:
    """What is another list as soon as one note is, for whoever keeps an answer with notes in it.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    mark
        Equal for equal notes; never looked into.
    """
    asked = "SELECT count(*), coalesce(max(id), 0), coalesce(sum(until_on - DATE '2000-01-01'), 0) FROM grid.map_note"
    return [int(each) for each in db.execute(text(asked)).one()]


def pin_note(db: Connection, body: str, place: str | tuple[float, float], until: date) -> int:
    """Pin a note to a unit of the own area, or to a place in it, from today on.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who writes.
    body
        1 to ``LONGEST`` signs; blanks around it are taken off.
    place
        Code of the unit, or longitude and latitude in degrees of EPSG:4490.
    until
        Last day it is shown, inclusive.

    Returns
    -------
    number
        Of the note.

    Raises
    ------
    UserError
        Nothing is said or too much, a last day that has passed or is too far, a place outside the own area, or
        a hundred notes that stand.
    """
    said = body.replace("\r\n", "\n").strip()
    if not 1 <= len(said) <= LONGEST:
        raise UserError("saved.error.body", longest=LONGEST, length=len(said))
    if not 0 <= (until - today()).days <= MOST_DAYS:
        raise UserError("saved.error.until", most=MOST_DAYS)
    unit, lon, lat = (place, None, None) if isinstance(place, str) else (None, *place)
    asked = {"said": said, "unit": unit, "lon": lon, "lat": lat, "until": until}
    number = db.execute(text("SELECT grid.pin_note(:said, :unit, :lon, :lat, :until)"), asked).scalar_one()
    if number is None:
        raise UserError("saved.error.place")
    if not number:
        raise UserError("saved.error.many_notes")
    return int(number)


def end_note(db: Connection, number: int) -> None:
    """End an own note; the days it was seen stay.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who ends it.
    number
        Of the note.

    Raises
    ------
    NotFound
        There is no such note of one's own that still stands.
    """
    if not db.execute(text("SELECT grid.end_note(:number)"), {"number": number}).scalar_one():
        raise NotFound("saved.error.no_note")
