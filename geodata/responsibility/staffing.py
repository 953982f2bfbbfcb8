"""How many places below a unit have their post held, from the very rows of the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from geodata.levels import Level
from geodata.rollup.indicator_counts import list_counted_rows
from geodata.territory.level_table import read_levels, tier_levels
from geodata.territory.units import ancestors_at, get_unit
from geodata.vocabulary import Role, Tier

_COUNTED = ((Tier.SUPERVISING, Role.SUPERVISOR, "supervisor"), (Tier.ASSISTING, Role.ASSISTANT, "assistant"))


@dataclass(frozen=True)
class Staffed:
    """Of ``total`` places of ``level``, ``held`` have somebody in ``role``; ``indicator`` lists them all."""

    level: Level
    role: Role
    held: int
    total: int
    indicator: str


def count_staffing(db: Connection, as_of: date, unit_code: str, within: str | None) -> list[Staffed]:
    """One line per tier that stands under the unit: units with a supervisor, with an assistant, subjects with theirs.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    unit_code
        Code of the unit; its level says which lines there are.
    within
        Code of the unit whose rows count; None: everything, which is what the only root itself sees.

    Returns
    -------
    lines
        From the highest level down; the last is always that of the subjects.

    Raises
    ------
    NotFound
        ``unit_code`` or ``within`` was not in force on ``as_of``.
    """
    levels, stands = read_levels(db), tier_levels(db, as_of)
    below = levels.levels_below(get_unit(db, unit_code, as_of).level)
    grids, found = list_counted_rows(db, "posts_filled", as_of, within), []
    grids = grids[grids["counted"]]
    for tier, role, column in _COUNTED:
        level = stands[tier]
        if level in below:
            places = grids["unit_code"].map(ancestors_at(db, level, as_of))
            filled = grids.groupby(places)[column].any()
            found.append(Staffed(level, role, int(filled.sum()), len(filled), "posts_filled"))
    roster = list_counted_rows(db, "chain_complete", as_of, within)
    nameless = sum(Level.SUBJECT in missing for missing in roster["missing"])
    held = len(roster) - nameless
    return [*found, Staffed(Level.SUBJECT, Role.RESPONSIBLE_PERSON, held, len(roster), "chain_complete")]
