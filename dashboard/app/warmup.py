"""Asking ahead: a fresh web process asks what the first briefing will, so that nobody waits for cold caches."""

from __future__ import annotations

from dashboard.request import signed_in
from dashboard.request.client import Machine
from dashboard.request.context import Desk
from dashboard.request.view import View
from dashboard.screens.map.map_drawing import style_of
from dashboard.screens.map.view_model import Scene
from geodata.vocabulary import Level


def ask_ahead(desk: Desk, login: str) -> None:
    """Shapes, classes and labels of today's map, as the account ``login`` sees them."""
    visitor = desk.arriving(login)
    if visitor is None:
        return
    with signed_in.standing_in(visitor):
        for level in (Level.TOWN, Level.VILLAGE):
            style_of(Scene(desk, View(level=level), Machine()), "")
