"""What may happen at a subject, one file per kind with ``EVENT``; ``EVENTS`` maps key → kind, in the filter's order.

Nothing here is for others.
"""

from __future__ import annotations

from geodata.events._event_kind import EventKind
from geodata.plugins import discover

EVENTS = dict(sorted(discover(__name__, "EVENT", EventKind).items(), key=lambda item: item[1].order))

__all__ = ["EVENTS", "EventKind"]
