"""Asking ahead: a fresh web process asks what the first briefing will, so that nobody waits for cold caches."""

from __future__ import annotations

from dashboard.request import signed_in
from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.map.map_drawing import style_of
from dashboard.screens.map.view_model import MapViewModel
from geodata.levels import Level


def ask_ahead(ctx: AppContext, login: str) -> None:
    """Shapes, classes and labels of today's map, as the account ``login`` sees them.

    Parameters
    ----------
    ctx
        Of the process whose memory is filled.
    login
        One that is not let in (any more) is passed over.
    """
    visitor = ctx.find_visitor(login)
    if visitor is None:
        return
    with signed_in.standing_in(visitor):
        ctx.use_levels()
        for level in (ctx.compared_levels()[0], Level.VILLAGE):
            style_of(MapViewModel(ctx, View(level=level), Client()))
