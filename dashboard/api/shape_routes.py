"""``/geo/<level>.geojson``: the shapes of a level by day and scope, unchanging under their versioned address."""

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
    """Add the route: 200 with GeoJSON, 304 when the browser has it, 404 for an unknown level or scope.

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
        return answer_shapes(ctx, Level(level), View.from_args(asked), asked.get("within"), asked.get("v"))


def answer_shapes(ctx: AppContext, level: Level, view: View, within: str | None, version: str | None) -> Response:
    """The shapes; kept for ever when the address names the very version they have, else asked for again each time.

    Kept by the visitor's own browser alone: what another one sees may be less.

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
    version
        The digest that the address names; None: none.

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
    lasting = version == digest
    found.headers["Cache-Control"] = "private, max-age=31536000, immutable" if lasting else "no-cache"
    return found
