"""What happened at a subject, newest first: every kind of ``geodata.events``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geodata.events import EVENTS

_ROWS = " UNION ALL ".join(
    f"SELECT e.on_date, '{each.key}' AS kind, e.ref, e.what, e.state, e.detail FROM ({each.rows}) AS e"
    for each in EVENTS.values()
)


@dataclass(frozen=True)
class Event:
    """One entry: the day it happened, its kind (a key of ``geodata.events``), what and in which state."""

    on_date: date
    kind: str
    ref: str
    what: str | None
    state: str
    detail: dict[str, Any]


def subject_timeline(db: Connection, subject_id: str, as_of: date) -> list[Event]:
    """Events of one subject up to ``as_of`` (inclusive), newest first; states are those of that day.

    A visit carries the moment it was recorded when that was a later day: late entry is allowed and shown.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    subject_id
        Number of the subject.
    as_of
        The day, inclusive.

    Returns
    -------
    events
        Within a day by kind and ``ref``; empty for a subject nobody knows.
    """
    rows = db.execute(text(f"{_ROWS} ORDER BY 1 DESC, 2, 3"), {"id": subject_id, "as_of": as_of})
    return [Event(**row) for row in rows.mappings()]
