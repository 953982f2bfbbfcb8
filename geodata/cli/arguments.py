"""What several verbs take: a day."""

from __future__ import annotations

from datetime import date

from geodata.calendar import day_of, today


def parse_day(text: str | None) -> date:
    """The day a verb was given.

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
        The text says no day.
    """
    return today() if text is None else day_of(text)
