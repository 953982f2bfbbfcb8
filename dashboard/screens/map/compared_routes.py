"""What the map asks of the server while two days are compared: the lines of the last months."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, request

from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.map.map_answer import answer_tag, tagged_answer
from dashboard.screens.map.two_days import months_svg
from dashboard.screens.map.view_model import MapViewModel
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/map/months.svg`` is added.
    ctx
        What the route is given.
    """

    @server.get("/map/months.svg")
    def months() -> Response:
        view = View.from_args(request.args)
        make = partial(months_svg, MapViewModel(ctx, view, Client()))
        made = tagged_answer(answer_tag(ctx, view, Client(), "months"), make, str)
        made.mimetype = "image/svg+xml"
        return made
