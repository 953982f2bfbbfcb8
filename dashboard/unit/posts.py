"""How many places below a unit have their post held, from the very rows of the indicators."""

from __future__ import annotations

from dashboard.components.chain_card import Below
from dashboard.unit.sight import Sight
from geodata.vocabulary import Level, Role


def below(sight: Sight) -> list[Below]:
    """One line per level under the unit: towns with a supervisor, villages with an assistant, subjects with theirs."""
    found = []
    grids = sight.rows("posts_filled")
    vacant = sight.view.link(sight.address, indicator="posts_filled", only="vacant")
    if sight.unit.level is Level.DISTRICT:
        towns = grids.groupby("town_code")["supervisor"].any()
        found.append(Below(Level.TOWN, Role.SUPERVISOR, int(towns.sum()), len(towns), vacant))
    if sight.unit.level is not Level.VILLAGE:
        found.append(Below(Level.VILLAGE, Role.ASSISTANT, int(grids["assistant"].sum()), len(grids), vacant))
    roster = sight.rows("chain_complete")
    nameless = sum(Level.SUBJECT in missing for missing in roster["missing"])
    broken = sight.view.link(sight.address, indicator="chain_complete", only="broken")
    return [*found, Below(Level.SUBJECT, Role.RESPONSIBLE_PERSON, len(roster) - nameless, len(roster), broken)]
