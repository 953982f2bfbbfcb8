"""What is drawn on the map with the pointer is measured here: the browser knows no measuring CRS."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from dashboard.request.context import AppContext
from dashboard.request.json_reply import asked_language
from dashboard.screens.map.measured import measure_points, measured_words, read_points
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, _ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/map/measure`` is added: ``at`` as ``lon,lat;…``, ``closed`` 1 for an outline.
    _ctx
        What every route is given; nothing of the data is asked.
    """

    @server.get("/map/measure")
    def measure() -> Response:
        found = measure_points(read_points(request.args.get("at", "")), closed=request.args.get("closed") == "1")
        return jsonify(asdict(found) | {"words": measured_words(found, asked_language())})
