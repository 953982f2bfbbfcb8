"""How many places below a unit have their post held, from the very rows of the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from geodata.rollup.indicator_counts import list_counted_rows
from geodata.territory.units import get_unit
from geodata.vocabulary import Level, Role


@dataclass(frozen=True)
class Staffed:
    """Of ``total`` places of ``level``, ``held`` have somebody in ``role``; ``indicator`` lists them all."""

    level: Level
    role: Role
    held: int
    total: int
    indicator: str


def count_staffing(db: Connection, as_of: date, unit_code: str, within: str | None) -> list[Staffed]:
    """One line per level under the unit: towns with a supervisor, villages with an assistant, subjects with theirs.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    unit_code
        Code of the unit; its level says which lines there are.
    within
        Code of the unit whose rows count; None: everything, which is what the district itself sees.

    Returns
    -------
    lines
        From the highest level down; the last is always that of the subjects.

    Raises
    ------
    NotFound
        ``unit_code`` or ``within`` was not in force on ``as_of``.
    """
    level = get_unit(db, unit_code, as_of).level
    grids, found = list_counted_rows(db, "posts_filled", as_of, within), []
    if level is Level.DISTRICT:
        towns = grids.groupby("town_code")["supervisor"].any()
        found.append(Staffed(Level.TOWN, Role.SUPERVISOR, int(towns.sum()), len(towns), "posts_filled"))
    if level is not Level.VILLAGE:
        found.append(Staffed(Level.VILLAGE, Role.ASSISTANT, int(grids["assistant"].sum()), len(grids), "posts_filled"))
    roster = list_counted_rows(db, "chain_complete", as_of, within)
    nameless = sum(Level.SUBJECT in missing for missing in roster["missing"])
    held = len(roster) - nameless
    return [*found, Staffed(Level.SUBJECT, Role.RESPONSIBLE_PERSON, held, len(roster), "chain_complete")]
