"""One visit by its number: where and when it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geodata.errors import NotFound


@dataclass(frozen=True)
class VisitFacts:
    """A visit as its own page needs it; the timeline of the subject tells the rest."""

    visit_no: str
    subject_id: str
    subject_name: str
    visited_on: date


def get_visit(db: Connection, visit_no: str) -> VisitFacts:
    """A visit within sight.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    visit_no
        Number of the visit.

    Returns
    -------
    visit
        Where and when it was.

    Raises
    ------
    NotFound
        There is none within sight.
    """
    asked = (
        "SELECT v.visit_no, v.subject_id, s.name AS subject_name, v.visited_on"
        " FROM grid.visit AS v JOIN grid.subject AS s USING (subject_id) WHERE v.visit_no = :visit"
    )
    row = db.execute(text(asked), {"visit": visit_no}).mappings().one_or_none()
    if row is None:
        raise NotFound("error.visit_unknown", visit=visit_no)
    return VisitFacts(**row)
