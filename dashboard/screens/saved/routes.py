"""``/saved/…``: views are saved and taken away, notes are pinned and ended."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.calendar import day_of
from geodata.errors import UserError
from geodata.permissions import Permission
from geodata.saved.map_notes import end_note, pin_note
from geodata.saved.saved_views import remove_view, save_view

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/saved/view``, ``/saved/note``, ``/saved/<number>/remove`` and ``/saved/<number>/end`` are
        added.
    ctx
        What the routes are given.
    """

    @server.post("/saved/view")
    def save_a_view() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/saved")) as act:
            ctx.execute(save_view, said.get("name", ""), said.get("about", ""), shared=said.get("shared") == "on")
            act.tell_done("saved.done", name=" ".join(said.get("name", "").split()))
        return act.response

    @server.post("/saved/<int:number>/remove")
    def remove_a_view(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/saved")) as act:
            ctx.execute(remove_view, number)
            act.tell_done("saved.removed")
        return act.response

    @server.post("/saved/note")
    def pin_a_note() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/saved")) as act:
            ctx.execute(pin_note, said.get("body", ""), read_place(said), day_of(said.get("until", "")))
            act.tell_done("saved.pinned")
        return act.response

    @server.post("/saved/<int:number>/end")
    def end_a_note(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/saved")) as act:
            ctx.execute(end_note, number)
            act.tell_done("saved.ended")
        return act.response


def read_place(said: Mapping[str, str]) -> str | tuple[float, float]:
    """The unit or the place a form names.

    Parameters
    ----------
    said
        ``unit`` a code, or ``at`` as ``lon,lat`` in degrees.

    Returns
    -------
    place
        The place, where one is said.

    Raises
    ------
    UserError
        It is neither.
    """
    try:
        lon, lat = (float(part) for part in said.get("at", "").split(","))
    except ValueError:
        lon = lat = float("nan")
    if abs(lon) <= 180 and abs(lat) <= 90:
        return lon, lat
    if said.get("unit"):
        return said["unit"]
    raise UserError("saved.error.place")
