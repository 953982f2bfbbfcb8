"""What several verbs take: a day."""

from __future__ import annotations

from datetime import date

from geodata.calendar import day_of, today


def day(text: str | None) -> date:
    """An ISO date, or today when None; UserError otherwise."""
    return today() if text is None else day_of(text)
