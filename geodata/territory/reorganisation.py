"""What the reorganisation of a day moved: units, subjects and people, and what is left for somebody to do by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geodata.vocabulary import Role, Succession

_NAME = "coalesce((SELECT v.name FROM grid.unit_version AS v WHERE v.code = {0} AND v.valid @> {1}), '–')"
_DAY = "CAST(:on AS date)"
_UNITS = f"""
SELECT l.how, l.old_code, {_NAME.format("l.old_code", f"({_DAY} - 1)")} AS old_name,
       l.new_code, {_NAME.format("l.new_code", _DAY)} AS new_name, l.share
FROM grid.unit_lineage AS l WHERE l.from_on = :on ORDER BY l.how, l.old_code, l.new_code
"""
# where a subject stood on the last day before, and where on the first day after
_SUBJECTS = """
SELECT f.subject_id, f.village_code AS old_code, grid.village_on(j.subject_id, j.village_code, :on) AS new_code
FROM grid.former_village AS f JOIN grid.subject AS j USING (subject_id)
WHERE upper(f.valid) = :on ORDER BY f.village_code, f.subject_id
"""
_ENDED = """
NOT EXISTS (SELECT FROM grid.unit_version AS v WHERE v.code = l.old_code AND v.valid @> CAST(:on AS date))
"""
_UNPLACED = f"""
SELECT DISTINCT j.subject_id, j.village_code FROM grid.unit_lineage AS l
JOIN grid.subject AS j ON j.village_code = l.old_code WHERE l.from_on = :on AND {_ENDED} ORDER BY 1
"""
_POSTS = f"""
SELECT DISTINCT p.post_no, p.person_no, n.name, p.role, p.unit_code FROM grid.unit_lineage AS l
JOIN grid.post AS p ON p.unit_code = l.old_code AND coalesce(upper(p.valid), 'infinity') > :on
JOIN grid.person AS n USING (person_no) WHERE l.from_on = :on AND {_ENDED} ORDER BY p.unit_code, p.role, p.post_no
"""


@dataclass(frozen=True)
class UnitMoved:
    """One line of lineage, with the names of the day before and of the day itself."""

    how: Succession
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    share: float | None


@dataclass(frozen=True)
class SubjectMoved:
    """A subject and its villages on the day before and on the day; ``new_code`` is None when it found none."""

    subject_id: str
    old_code: str
    new_code: str | None


@dataclass(frozen=True)
class PostLeft:
    """A post that goes on at a unit that has ended."""

    post_no: str
    person_no: str
    name: str
    role: Role
    unit_code: str


@dataclass(frozen=True)
class Moved:
    """Everything a reorganisation moved; ``unplaced`` and ``posts`` wait for somebody."""

    on: date
    units: tuple[UnitMoved, ...]
    subjects: tuple[SubjectMoved, ...]
    unplaced: tuple[SubjectMoved, ...]
    posts: tuple[PostLeft, ...]


def find_moved(db: Connection, on: date) -> Moved:
    """What the reorganisation that took effect on a day moved.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    on
        First day on which the new tree counts.

    Returns
    -------
    moved
        Names of the day before and of the day itself; every tuple empty when there was no reorganisation.
    """
    given = {"on": on}
    units = tuple(
        UnitMoved(Succession(row.how), row.old_code, row.old_name, row.new_code, row.new_name,
                  None if row.share is None else float(row.share))
        for row in db.execute(text(_UNITS), given)
    )  # fmt: skip
    subjects = tuple(SubjectMoved(*row) for row in db.execute(text(_SUBJECTS), given))
    unplaced = tuple(SubjectMoved(row.subject_id, row.village_code, None) for row in db.execute(text(_UNPLACED), given))
    posts = tuple(
        PostLeft(row.post_no, row.person_no, row.name, Role(row.role), row.unit_code)
        for row in db.execute(text(_POSTS), given)
    )
    return Moved(on, units, subjects, unplaced, posts)
