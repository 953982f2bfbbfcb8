"""``/geo/<level>.geojson``: the shapes of a level by day and scope."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.levels import Level, current_levels
from geodata.permissions import Permission
from geodata.territory import unit_geojson

PERMISSION = Permission.SEE_AREA
TOKENS = True


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route: 200 with GeoJSON, 304 for a program that has it, 404 for an unknown level or scope.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every route is given.
    """

    @server.get("/geo/<level>.geojson")
    def geo(level: str) -> Response:
        if level not in current_levels().units:
            abort(404)
        asked = request.args
        return answer_shapes(ctx, Level(level), View.from_args(asked), asked.get("within") or None)


def answer_shapes(ctx: AppContext, level: Level, view: View, within: str | None) -> Response:
    """The shapes, kept by no browser: what the next one in front of it sees may be less.

    Parameters
    ----------
    ctx
        What every route is given.
    level
        The level wanted.
    view
        Of it the day, inclusive.
    within
        Code of a unit, itself included; None: everywhere.

    Returns
    -------
    answer
        GeoJSON in EPSG:4490 degrees (``unit_geojson``), its digest as ETag.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    body, digest = ctx.cached_query(unit_geojson.unit_geojson, level, ctx.as_of_day(view), within)
    found = Response(body, mimetype="application/geo+json")
    found.set_etag(digest)
    return found
