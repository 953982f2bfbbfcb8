"""Mappings under ``/data``: what was corrected by hand is saved as one, and a saved one is removed."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from dashboard.screens.data import mapping_acts
from dashboard.screens.data.uploads import UploadStore, Waiting
from geodata.permissions import Permission

PERMISSION = Permission.LOAD_FACTS


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/data/<token>/mapping`` and ``/data/mappings/remove`` are added.
    ctx
        What every route is given.
    """
    shelf = UploadStore(ctx.settings.home)

    @server.post("/data/<token>/mapping")
    def save_mapping(token: str) -> Answer:
        view, waiting = View.from_args(request.args), shelf.find_upload(token, ctx.login)
        with redirect_after(view.link_to(f"/data/{token}")) as act:
            act.tell_done("data.keep.done", name=_saved(ctx, waiting, shelf.upload_path(waiting)))
        return act.response

    @server.post("/data/mappings/remove")
    def remove_mapping() -> Answer:
        view, name = View.from_args(request.args), request.form.get("name", "")
        with redirect_after(view.link_to("/data")) as act:
            mapping_acts.remove_mapping(ctx, name)
            act.tell_done("data.keep.removed", name=name)
        return act.response


def _saved(ctx: AppContext, waiting: Waiting, path: Path) -> str:
    asked = request.form
    return mapping_acts.save_mapping(ctx, waiting, path, asked.get("name", ""), replace="replace" in asked)
