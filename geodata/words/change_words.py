"""Words about what changed between two days: of a unit's rate, and of a row of a number's list."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """How a unit's number stands against an earlier day, from the best to the worst."""

    MUCH_BETTER = "much_better"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    MUCH_WORSE = "much_worse"


class Crossing(StrEnum):
    """Whether a row came into what a number counts after an earlier day, or left it."""

    ENTERED = "entered"
    LEFT = "left"
