"""What the map asks of the server: the answer to a new view, its points, the style with its sprite, and pictures."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, jsonify, request

from dashboard.request.asked_view import read_view
from dashboard.request.client import Client, read_scale
from dashboard.request.context import AppContext
from dashboard.request.view import THEMES, View
from dashboard.screens.map.map_answer import answer_tag, map_answer, tagged_answer
from dashboard.screens.map.map_drawing import point_values_of, style_of
from dashboard.screens.map.map_picture import KINDS, map_picture
from dashboard.screens.map.next_view import next_view_of_click, read_click
from dashboard.screens.map.view_model import MapViewModel
from dashboard.tables.download_name import content_disposition
from geodata.permissions import Permission
from layers.symbols import sprite

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; addresses inside the style are relative, and made absolute by the browser, which knows its own.

    Parameters
    ----------
    server
        The Flask server; ``/map/answer``, ``/map/points``, ``/map/style.json``, the sprite's two files and
        ``/map/picture`` are added.
    ctx
        What every route is given.
    """
    themes = ", ".join(THEMES)

    @server.get("/map/style.json")
    def style() -> Response:
        model = MapViewModel(ctx, View.from_args(request.args), Client.from_args(request.args))
        return jsonify(style_of(model))

    @server.get("/map/answer")
    def answer() -> Response:
        view, client, click = (
            View.from_args(request.args),
            Client.from_args(request.args),
            request.args.get("click", ""),
        )
        after = next_view_of_click(view, read_click(click)) if click else view
        if click and after == view:
            return Response(status=204)
        make = partial(map_answer, MapViewModel(ctx, after, client))
        return tagged_answer(answer_tag(ctx, after, client, "answer"), make)

    @server.get("/map/points")
    def points() -> Response:
        view, scale = View.from_args(request.args), read_scale(request.args.get("scale"))
        make = partial(point_values_of, MapViewModel(ctx, view, Client()), scale)
        return tagged_answer(answer_tag(ctx, view, Client(), f"points {scale}"), make)

    @server.get(f"/map/picture.<any({', '.join(KINDS)}):kind>")
    def picture(kind: str) -> Response:
        content, name = map_picture(ctx, read_view(request.query_string.decode("latin-1")), kind)
        answer = Response(content, mimetype=KINDS[kind])
        answer.headers["Content-Disposition"] = content_disposition(name, "map", saved=True)
        return answer

    @server.get(f"/map/sprite-<any({themes}):theme><any('', '@2x'):ratio>.json")
    def sprite_index(ratio: str, **_theme: str) -> Response:
        return _lasting(jsonify(sprite.sprite_index(2 if ratio else 1)))

    @server.get(f"/map/sprite-<any({themes}):theme><any('', '@2x'):ratio>.png")
    def sprite_image(theme: str, ratio: str) -> Response:
        return _lasting(Response(sprite.sprite_image(theme, 2 if ratio else 1), mimetype="image/png"))


def _lasting(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
