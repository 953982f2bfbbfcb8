"""Who answers for a place on a day: every level, every post with its holder, every gap with its age (domain §11.7).

The chain has four tiers; at which level of the tree each stands that day is the rule ``grid.role_level``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.levels import Level
from geodata.rules import rule_value
from geodata.territory.level_table import tier_levels
from geodata.territory.units import UnitRef, unit_ancestry
from geodata.vocabulary import OFFICE_ROLES, Role, Tier

EXPECTED: dict[Tier, tuple[Role, ...]] = {
    Tier.LEADING: (Role.DISTRICT_LEADER, Role.SECTION_HEAD),
    Tier.SUPERVISING: (Role.STATION_HEAD, Role.SUPERVISOR),
    Tier.ASSISTING: (Role.ASSISTANT,),
    Tier.RESPONSIBLE: (Role.RESPONSIBLE_PERSON,),
}
"""Posts that should be held where a tier stands; one that nobody holds is shown as vacant (seed row 5)."""

ANSWERING = frozenset(role for roles in EXPECTED.values() for role in roles)
"""The posts of the chain; testers and in-house controllers stand beside it."""

_POSTS = """
SELECT p.role, p.person_no, n.name, lower(p.valid) AS since, upper(p.valid) - 1 AS until, n.office_phone,
       a.name AS acting_for, p.document_no,
       (SELECT max(trained_on) FROM grid.training AS t
        WHERE t.person_no = p.person_no AND t.passed AND t.trained_on <= CAST(:as_of AS date)) AS trained_on
FROM grid.post AS p JOIN grid.person AS n USING (person_no) LEFT JOIN grid.person AS a ON a.person_no = p.acting_for
WHERE p.place = :place
"""
_IN_FORCE = _POSTS + " AND p.valid @> CAST(:as_of AS date) ORDER BY lower(p.valid), n.name"
_EVER = _POSTS + " ORDER BY lower(p.valid) DESC, p.role, n.name"
_LAST = """
SELECT n.name, upper(p.valid) AS vacant_since FROM grid.post AS p JOIN grid.person AS n USING (person_no)
WHERE p.place = :place AND p.role = :role AND upper(p.valid) <= :as_of ORDER BY upper(p.valid) DESC, n.name LIMIT 1
"""
_FIRST = "SELECT min(lower(valid)) FROM grid.post WHERE role = :role"
_SUBJECT = """
SELECT name, grid.village_on(subject_id, village_code, :as_of) AS village_code
FROM grid.subject WHERE subject_id = :id AND entry_on <= :as_of
"""


@dataclass(frozen=True)
class HeldPost:
    """One person in one role; ``until`` is the last day in post (None: still)."""

    role: Role
    person_no: str
    name: str
    since: date
    until: date | None
    office_phone: str | None
    acting_for: str | None
    document_no: str | None
    trained_on: date | None

    def trained_in(self, year: int) -> bool:
        """Whether the person passed a training in that calendar year by the day asked about.

        Parameters
        ----------
        year
            The calendar year.

        Returns
        -------
        trained
            Judged by the last training passed up to the day asked about.
        """
        return self.trained_on is not None and self.trained_on.year == year


@dataclass(frozen=True)
class Vacancy:
    """An expected post nobody holds; ``since`` and ``last_holder`` are None when nobody ever held it.

    ``recorded_from`` is the first day of any post of that role where the day asked about lies before it: nothing is
    known then, which is no vacancy anybody could be asked about.
    """

    role: Role
    since: date | None
    last_holder: str | None
    recorded_from: date | None = None

    def days_vacant(self, as_of: date) -> int | None:
        """Days without a holder up to a day.

        Parameters
        ----------
        as_of
            The day, at or after ``since``.

        Returns
        -------
        days
            0 on the first day without a holder; None when the post was never held.
        """
        return None if self.since is None else (as_of - self.since).days


@dataclass(frozen=True)
class ChainLevel:
    """One level: its place, who holds its posts, what is vacant, and to whom a broken level escalates.

    ``named``: every tier that stands there has somebody in a role that names it; a level without a tier breaks nothing.
    """

    level: Level
    place_code: str
    place_name: str
    posts: tuple[HeldPost, ...]
    vacancies: tuple[Vacancy, ...]
    named: bool
    escalates_to: str | None = None


@dataclass(frozen=True)
class Chain:
    """The levels from the root down to the place asked about, on ``as_of``."""

    as_of: date
    levels: tuple[ChainLevel, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether every level shown has a named person of a role that the dated rule accepts."""
        return all(level.named for level in self.levels)


def responsibility_chain(
    db: Connection, as_of: date, *, unit_code: str | None = None, subject_id: str | None = None
) -> Chain:
    """The chain of a unit or of a subject on a day (domain §11.7).

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    unit_code
        Code of the unit asked about; levels from the root down to it.
    subject_id
        Number of the subject asked about; all levels, by its village of that day. Goes before ``unit_code``.

    Returns
    -------
    chain
        Root first.

    Raises
    ------
    NotFound
        When the unit was not in force or the subject not on the roster by ``as_of``.
    """
    places: list[tuple[Level, str, str]] = []
    if subject_id is not None:
        row = db.execute(text(_SUBJECT), {"id": subject_id, "as_of": as_of}).one_or_none()
        if row is None:
            raise NotFound("error.subject_unknown", subject_id=subject_id, as_of=as_of)
        unit_code, places = row.village_code, [(Level.SUBJECT, subject_id, row.name)]
    above: list[UnitRef] = unit_ancestry(db, str(unit_code), as_of)
    tiers = tier_levels(db, as_of)
    levels: list[ChainLevel] = []
    for level, code, name in [(unit.level, unit.code, unit.name) for unit in above] + places:
        standing = [tier for tier, stands in tiers.items() if stands is level]
        levels.append(_level(db, as_of, level, code, name, standing, levels))
    return Chain(as_of, tuple(levels))


def chain_history(
    db: Connection, as_of: date, *, unit_code: str | None = None, subject_id: str | None = None
) -> list[HeldPost]:
    """Everybody who ever held a post at the place itself.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        Trainings count up to this day, inclusive; posts are told whether begun by then or not.
    unit_code
        Code of the unit asked about.
    subject_id
        Number of the subject asked about; goes before ``unit_code``.

    Returns
    -------
    posts
        By first day, newest first; empty when nobody ever held one, or the place is not known.
    """
    place = f"s:{subject_id}" if subject_id else f"u:{unit_code}"
    return [_held(row) for row in db.execute(text(_EVER), {"place": place, "as_of": as_of}).mappings()]


def _level(
    db: Connection, as_of: date, level: Level, code: str, name: str, tiers: list[Tier], above: list[ChainLevel]
) -> ChainLevel:
    place = _place(level, code)
    posts = [_held(row) for row in db.execute(text(_IN_FORCE), {"place": place, "as_of": as_of}).mappings()]
    posts = [post for post in posts if post.role not in OFFICE_ROLES]
    posts.sort(key=lambda post: list(Role).index(post.role))
    held = {post.role for post in posts}
    named = all(held & set(rule_value(db, "chain_roles", as_of, tier.value)) for tier in tiers)
    expected = [role for tier in tiers for role in EXPECTED[tier]]
    gaps = tuple(_vacancy(db, place, role, as_of) for role in expected if role not in held)
    return ChainLevel(level, code, name, tuple(posts), gaps, named, None if named else _first_named(above))


def _first_named(above: list[ChainLevel]) -> str | None:
    """The nearest person upward: a gap escalates, it is never filled."""
    return next((level.posts[0].name for level in reversed(above) if level.named and level.posts), None)


def _vacancy(db: Connection, place: str, role: Role, as_of: date) -> Vacancy:
    row = db.execute(text(_LAST), {"place": place, "role": role.value, "as_of": as_of}).one_or_none()
    if row is not None:
        return Vacancy(role, row.vacant_since, row.name)
    first: date | None = db.execute(text(_FIRST), {"role": role.value}).scalar_one()
    return Vacancy(role, None, None, first if first is not None and as_of < first else None)


def _held(row: Any) -> HeldPost:
    values = dict(row)
    values["role"] = Role(values["role"])
    return HeldPost(**values)


def _place(level: Level, code: str) -> str:
    return f"s:{code}" if level is Level.SUBJECT else f"u:{code}"


__all__ = [
    "ANSWERING",
    "EXPECTED",
    "Chain",
    "ChainLevel",
    "HeldPost",
    "Vacancy",
    "chain_history",
    "responsibility_chain",
]
