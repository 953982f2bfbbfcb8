"""Asking ahead: a fresh web process asks what the first briefing will, so that nobody waits for cold caches."""

from __future__ import annotations

from dashboard.desk import Desk
from dashboard.door import who
from dashboard.machine import Machine
from dashboard.map.drawing import style_of
from dashboard.map.scene import Scene
from dashboard.view import View
from geodata.vocabulary import Level


def ask_ahead(desk: Desk, login: str) -> None:
    """Shapes, classes and labels of today's map, as the account ``login`` sees them."""
    visitor = desk.arriving(login)
    if visitor is None:
        return
    with who.standing_in(visitor):
        for level in (Level.TOWN, Level.VILLAGE):
            style_of(Scene(desk, View(level=level), Machine()), "")
