"""The desk a page works at: settings, the database, and answers remembered per version of the data."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine

from dashboard.memory import Memory
from dashboard.view import View
from geodata import calendar
from geodata.database import is_empty, reading
from geodata.freshness import Freshness, data_version, freshness
from geodata.settings import Settings

GLANCE_SECONDS = 1.0
"""How long one look at the data's version holds; a load shows on screen within this time."""


@dataclass
class Desk:
    """What every page and route is given; safe to share between threads."""

    settings: Settings
    engine: Engine
    memory: Memory = field(default_factory=Memory)
    _seen: tuple[float, str] = (0.0, "")

    def ask(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """``function(db, *args, **named)`` on a read-only connection, remembered until the data change.

        The arguments must be hashable; the answer is shared and must not be changed.
        """
        key = (self.version(), function.__module__, function.__qualname__, args, tuple(sorted(named.items())))
        return self.memory.get(key, lambda: self.look(function, *args, **named))

    def look(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """``function(db, *args, **named)`` asked anew, never remembered."""
        with reading(self.engine) as db:
            return function(db, *args, **named)

    def version(self) -> str:
        """The version of data and rules, at most ``GLANCE_SECONDS`` old."""
        at, version = self._seen
        if time.monotonic() - at > GLANCE_SECONDS or not version:
            version = self.look(data_version)
            self._seen = (time.monotonic(), version)
        return version

    def freshness(self, view: View) -> Freshness:
        """How old what is shown is, as of the view's day."""
        return self.ask(freshness, self.day(view))  # type: ignore[no-any-return]

    def empty(self) -> bool:
        """Whether no unit has been loaded yet."""
        return bool(self.look(is_empty))

    def day(self, view: View) -> date:
        """The day the view asks about: today when it names none or one to come."""
        today = calendar.today()
        return min(view.asof or today, today)
