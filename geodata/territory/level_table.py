"""The levels of an installation in the database: read by everybody, set while no unit stands in the grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, text

from geodata.errors import UserError
from geodata.levels import Level, LevelRow, Levels, use_levels
from geodata.vocabulary import OFFICE_ROLES, ROLE_TIER, Role, Tier, UnitKind

_READ = "SELECT key, kinds, zh, en, has_several_roots FROM grid.level ORDER BY rank_no"
_STANDING = "SELECT DISTINCT u.level FROM grid.unit AS u"
_PUT = """
INSERT INTO grid.level (key, rank_no, above, kinds, zh, en, has_several_roots)
VALUES (:key, :rank, :above, :kinds, :zh, :en, :several)
"""
_BIND = """
INSERT INTO grid.role_level (role, level, valid, tier, is_answering, source)
VALUES (:role, :level, daterange(CAST(:from_on AS date), CAST(:until AS date)), :tier, :answers, :source)
"""
_TIERS = "SELECT tier, level FROM grid.tier_on(coalesce(CAST(:as_of AS date), grid.today()))"
_HELD_AT = "SELECT level FROM grid.role_level WHERE role = :role AND valid @> CAST(:as_of AS date)"


@dataclass(frozen=True)
class Binding:
    """At which level each tier of the chain stands from ``from_on`` (inclusive; None: always) until the next one."""

    levels: Mapping[Tier, Level]
    source: str
    from_on: date | None = None


def read_levels(db: Connection, as_of: date | None = None) -> Levels:
    """The levels of the installation.

    Parameters
    ----------
    db
        Connection; levels are open to every role of the program.
    as_of
        The day whose binding of the tiers is told, inclusive; None: today's.

    Returns
    -------
    levels
        The root's first.
    """
    *units, subject = db.execute(text(_READ)).all()
    rows = tuple(LevelRow(Level(row.key), tuple(map(UnitKind, row.kinds)), row.zh, row.en) for row in units)
    tiers = tuple(tier_levels(db, as_of).items())
    return Levels(rows, units[0].has_several_roots, subject.zh, subject.en, tiers)


def use_levels_of(engine: Engine) -> None:
    """Let the levels of an installation hold in this thread.

    Parameters
    ----------
    engine
        Of a role that reads levels.
    """
    with engine.connect() as db:
        use_levels(read_levels(db))


def tier_levels(db: Connection, as_of: date | None) -> dict[Tier, Level]:
    """At which level each tier of the chain stands on a day.

    Parameters
    ----------
    db
        Connection; the binding is open to every role of the program.
    as_of
        The day, inclusive; None: today.

    Returns
    -------
    levels
        One per tier, in the order of ``Tier``; two tiers may stand at one level.
    """
    found = {Tier(row.tier): Level(row.level) for row in db.execute(text(_TIERS), {"as_of": as_of})}
    return {tier: found[tier] for tier in Tier if tier in found}


def write_levels(db: Connection, levels: Levels, bindings: Iterable[Binding]) -> None:
    """Set the levels and where the tiers stand on them; names alone may change at any time.

    A post of the leading tier may be held at every level from its own up to the root, one of the office at the root
    alone, all others where their tier stands.

    Parameters
    ----------
    db
        A transaction of the schema's owner.
    levels
        The root's first; ``village`` last.
    bindings
        At least one; the first counts from the beginning.

    Raises
    ------
    UserError
        Units stand in the grid and a level they need would go or stand elsewhere.
    """
    standing = {Level(word) for word in db.execute(text(_STANDING)).scalars()}
    before = read_levels(db)
    if standing and before.units != levels.units:
        raise UserError("levels.error.standing", levels=" ".join(sorted(standing)))
    if before.units != levels.units:
        db.execute(text("DELETE FROM grid.role_level"))
    if before.units == levels.units:
        names = (
            "UPDATE grid.level SET kinds = :kinds, zh = :zh, en = :en, has_several_roots = :several WHERE key = :key"
        )
        db.execute(text(names), level_rows(levels))
    else:
        db.execute(text("DELETE FROM grid.level"))
        db.execute(text(_PUT), level_rows(levels))
    write_bindings(db, levels, bindings)


def write_bindings(db: Connection, levels: Levels, bindings: Iterable[Binding]) -> None:
    """Set at which levels each post may be held and where its tier stands, in place of what was set before.

    Parameters
    ----------
    db
        A transaction of the schema's owner, in which the levels stand.
    levels
        The levels.
    bindings
        As for ``write_levels``.
    """
    db.execute(text("DELETE FROM grid.role_level"))
    db.execute(text(_BIND), list(_posts(levels, list(bindings))))


def level_rows(levels: Levels) -> list[dict[str, object]]:
    """The rows of ``grid.level``.

    Parameters
    ----------
    levels
        The levels.

    Returns
    -------
    rows
        The root's first, the subject's last; ``key rank above kinds zh en several``.
    """
    units = [
        {"key": row.level.value, "kinds": [kind.value for kind in row.kinds], "zh": row.zh, "en": row.en}
        for row in levels.rows
    ]
    units.append({"key": "subject", "kinds": [], "zh": levels.subject_zh, "en": levels.subject_en})
    above = [None, *(row["key"] for row in units)]
    return [
        row | {"rank": rank, "above": above[rank], "several": levels.several_roots and rank == 0}
        for rank, row in enumerate(units)
    ]


def _posts(levels: Levels, bindings: list[Binding]) -> Iterable[dict[str, object]]:
    ends = [*(each.from_on for each in bindings[1:]), None]
    for binding, until in zip(bindings, ends, strict=True):
        common: dict[str, object] = {"from_on": binding.from_on, "until": until, "source": binding.source}
        for role, tier in ROLE_TIER.items():
            for level in _held_at(levels, role, binding.levels[tier]):
                answers = role not in OFFICE_ROLES and level is binding.levels[tier]
                yield common | {"role": role.value, "level": level.value, "tier": tier.value, "answers": answers}


def _held_at(levels: Levels, role: Role, stands: Level) -> tuple[Level, ...]:
    """The levels at which a post may be held, by the level at which its tier stands."""
    if role in OFFICE_ROLES:
        return (levels.root,)
    if ROLE_TIER[role] is Tier.LEADING:
        return levels.units[: levels.rank_of(stands) + 1]
    return (stands,)


def levels_of_role(db: Connection, role: Role, as_of: date) -> tuple[Level, ...]:
    """The levels at which a post that begins on a day may be held.

    Parameters
    ----------
    db
        Connection; the rule is open to every role of the program.
    role
        The post.
    as_of
        Its first day.

    Returns
    -------
    levels
        In no order.
    """
    return tuple(map(Level, db.execute(text(_HELD_AT), {"role": role.value, "as_of": as_of}).scalars()))
