"""What several verbs take: a day, a level."""

from __future__ import annotations

from datetime import date

from geodata.calendar import past_day_of, today
from geodata.errors import UserError
from geodata.levels import Level, Levels


def parse_day(text: str | None) -> date:
    """The day as of which a verb is asked.

    Parameters
    ----------
    text
        A day as YYYY-MM-DD; None when the option was left out.

    Returns
    -------
    day
        The day said, today when none was.

    Raises
    ------
    UserError
        The text says no day, one that no calendar has, or one after today.
    """
    return today() if text is None else past_day_of(text)


def parse_level(levels: Levels, text: str | None) -> Level:
    """The level a verb was given.

    Parameters
    ----------
    levels
        Of the installation.
    text
        The word of one; None when the option was left out.

    Returns
    -------
    level
        The level said, the one below the root when none was.

    Raises
    ------
    UserError
        The installation has no such level.
    """
    found = levels.first if text is None else next((level for level in levels.every if level == text), None)
    if found is None:
        raise UserError("cli.bad_level", level=text, known=" ".join(levels.every))
    return found
