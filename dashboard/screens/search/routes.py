"""``/search.json``: the same hits for the list that opens while somebody types."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.search.view_model import find_hits
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The application's Flask server; ``/search.json`` is added to it.
    ctx
        What every route is given.
    """

    @server.get("/search.json")
    def search_hits() -> Response:
        return jsonify(asdict(find_hits(ctx, View.from_args(request.args))))
