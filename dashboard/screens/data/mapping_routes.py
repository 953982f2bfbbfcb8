"""Mappings under ``/data``: what was corrected by hand is saved as one, and a saved one is removed."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, flash, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.audience import Audience
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.data import mapping_acts
from dashboard.screens.data.uploads import UploadStore, Waiting
from geodata.errors import UserError
from geodata.locale import say

AUDIENCE = Audience.STEWARD


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes."""
    shelf = UploadStore(ctx.settings.home)

    @server.post("/data/<token>/mapping")
    def save_mapping(token: str) -> Answer:
        view, waiting = View.read(request.args), shelf.get(token, ctx.login)
        try:
            name = _saved(ctx, waiting, shelf.path(waiting))
            flash(say("data.keep.done", view.lang, name=name))
        except UserError as refused:
            flash(refused.sentence(view.lang))
        return redirect(view.link(f"/data/{token}"), 303)

    @server.post("/data/mappings/remove")
    def remove_mapping() -> Answer:
        view, name = View.read(request.args), request.form.get("name", "")
        try:
            mapping_acts.remove(ctx, name)
            flash(say("data.keep.removed", view.lang, name=name))
        except UserError as refused:
            flash(refused.sentence(view.lang))
        return redirect(view.link("/data"), 303)


def _saved(ctx: AppContext, waiting: Waiting, path: Path) -> str:
    asked = request.form
    return mapping_acts.save(ctx, waiting, path, asked.get("name", ""), replace="replace" in asked)
