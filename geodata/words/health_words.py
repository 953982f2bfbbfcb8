"""Words about the health of a grid: the states of its faults, and which of them is the gravest."""

from __future__ import annotations

from enum import StrEnum


class LoadState(StrEnum):
    """Whether a grid has more subjects for each of its assistants than the rule allows."""

    BEARABLE = "bearable"
    OVERLOADED = "overloaded"
    UNASSISTED = "unassisted"


class TrainingState(StrEnum):
    """Whether every assistant of a grid passed a training in the calendar year so far."""

    TRAINED = "trained"
    UNTRAINED = "untrained"
    UNASSISTED = "unassisted"


class SilentState(StrEnum):
    """Whether a grid with subjects in business has a record of late."""

    HEARD = "heard"
    SILENT = "silent"
    IDLE = "idle"


class HealthState(StrEnum):
    """The gravest fault of a grid, from none to the gravest."""

    HEALTHY = "healthy"
    SILENT = "silent"
    UNTRAINED = "untrained"
    OVERLOADED = "overloaded"
    VACANT = "vacant"
