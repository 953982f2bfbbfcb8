"""``/map/style.json`` and its sprite: the map's own style for the view the address names."""

from __future__ import annotations

from flask import Flask, Response, abort, jsonify, request

from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.view import THEMES, View
from dashboard.screens.map.map_drawing import style_of
from dashboard.screens.map.view_model import MapViewModel
from geodata.permissions import Permission
from layers.sprite import sprite_image, sprite_index

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; addresses inside the style are absolute: the map's worker cannot resolve relative ones.

    Parameters
    ----------
    server
        The Flask server; ``/map/style.json`` and the sprite's two files are added.
    ctx
        What every route is given.
    """

    @server.get("/map/style.json")
    def style() -> Response:
        width = request.args.get("width", type=int)
        model = MapViewModel(ctx, View.from_args(request.args), Client.parse({"width": width}))
        found = jsonify(style_of(model, request.host_url.rstrip("/")))
        found.headers["Cache-Control"] = "private, no-cache"
        return found

    @server.get("/map/sprite-<theme><any('', '@2x'):ratio>.json")
    def index(theme: str, ratio: str) -> Response:
        return _lasting(jsonify(sprite_index(2 if ratio else 1)), theme)

    @server.get("/map/sprite-<theme><any('', '@2x'):ratio>.png")
    def image(theme: str, ratio: str) -> Response:
        if theme not in THEMES:
            abort(404)
        return _lasting(Response(sprite_image(theme, 2 if ratio else 1), mimetype="image/png"), theme)


def _lasting(answer: Response, theme: str) -> Response:
    if theme not in THEMES:
        abort(404)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
