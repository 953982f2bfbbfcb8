"""What a kind of event is: the SELECT that tells what of it happened at one subject."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class EventKind:
    """One kind of event on a subject's timeline.

    Attributes
    ----------
    key : the file's name; its word is ``ui.event.<key>`` of the catalogue.
    order : its place in the filter of the timeline.
    rows : SELECT with the columns ``on_date`` date, ``ref``, ``what``, ``state`` text, ``detail`` jsonb, one row per
        event of subject ``:id`` up to the day ``:as_of`` (inclusive); states are those of that day.
    states : the vocabulary whose words ``state`` holds, to be shown by their labels; None: as it is.
    """

    key: str
    order: int
    rows: str
    states: type[StrEnum] | None = None
