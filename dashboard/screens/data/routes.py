"""What is done under ``/data``: a file comes, is corrected, loaded or thrown away; a batch is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.started_job import do_as_job
from dashboard.request.view import View
from dashboard.screens.data.asked_preview import ask_preview, current_preview, load_key, stop_jobs_of
from dashboard.screens.data.kept_preview import BOOK
from dashboard.screens.data.load_result import mapping_names
from dashboard.screens.data.uploads import SAID, UploadStore, Waiting
from dashboard.tables.download_name import content_disposition
from geodata.errors import NotFound, UserError
from geodata.permissions import Permission
from geodata.tables.table_files import KINDS

PERMISSION = Permission.LOAD_FACTS
TAKES_FILES = ("take_file",)
_COLUMN = "column:"


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; what is under ``/data`` is added.
    ctx
        What every route is given.
    """
    shelf = UploadStore(ctx.settings.home)

    @server.post("/data/upload")
    def take_file() -> Answer:
        view, form = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/data")) as act:
            waiting = shelf.store_upload(request.files.get("file"), ctx.login, **_said(form))
            act.go_to(view.link_to(f"/data/{waiting.token}"))
        return act.response

    @server.post("/data/undo/<int:number>")
    def take_back(number: int) -> Answer:
        view = View.from_args(request.args)
        with redirect_after(view.link_to("/data")) as act:
            do_as_job(ctx, act, view, "undo_batch", f"undo_batch:{number}", {"number": number})
        return act.response

    _register_waiting(server, ctx, shelf)


def _register_waiting(server: Flask, ctx: AppContext, shelf: UploadStore) -> None:
    """What can be done with a file that waits."""

    @server.post("/data/<token>/columns")
    def correct(token: str) -> Answer:
        waiting = shelf.find_upload(token, ctx.login)
        columns = {name[len(_COLUMN) :]: field for name, field in request.form.items() if name.startswith(_COLUMN)}
        with redirect_after(_of_file(waiting)) as act:
            ask_preview(ctx, _view(), shelf.store_said(replace(waiting, columns=columns)))
        return act.response

    @server.post("/data/<token>/said")
    def say_otherwise(token: str) -> Answer:
        waiting = shelf.find_upload(token, ctx.login)
        with redirect_after(_of_file(waiting)) as act:
            said = _said(request.form)
            # corrections are of the columns of one kind, and a mapping has its own
            kept = waiting.columns if said["kind"] == waiting.kind and not said["mapping"] else {}
            ask_preview(ctx, _view(), shelf.store_said(replace(waiting, columns=kept, **said)))
        return act.response

    @server.post("/data/<token>/load")
    def take_in(token: str) -> Answer:
        return _loaded(ctx, shelf, View.from_args(request.args), shelf.find_upload(token, ctx.login))

    @server.post("/data/<token>/drop")
    def throw_away(token: str) -> Answer:
        waiting = shelf.find_upload(token, ctx.login)
        with redirect_after(View.from_args(request.args).link_to("/data")) as act:
            stop_jobs_of(ctx, waiting)
            shelf.remove_upload(waiting)
        return act.response

    @server.get("/data/<token>/rejects.xlsx")
    def faults(token: str) -> Response:
        waiting = shelf.find_upload(token, ctx.login)
        return _book(ctx, shelf, waiting)


def _said(form: Mapping[str, str]) -> dict[str, str]:
    """What the form says of a file; a mapping only by a name that is known."""
    said = {name: form.get(name, "").strip()[:80] for name in SAID}
    if said["mapping"] not in {"", *mapping_names()}:
        raise UserError("data.error.mapping")
    return said


def _loaded(ctx: AppContext, shelf: UploadStore, view: View, waiting: Waiting) -> Answer:
    with redirect_after(_of_file(waiting)) as act:
        if do_as_job(ctx, act, view, "load_file", load_key(waiting), {"token": waiting.token}):
            shelf.remove_upload(waiting)
            act.go_to(view.link_to("/data"))
    return act.response


def _view() -> View:
    return View.from_args(request.args)


def _of_file(waiting: Waiting) -> str:
    """The page of a file that waits, as it is looked at."""
    return View.from_args(request.args).link_to(f"/data/{waiting.token}")


def _book(ctx: AppContext, shelf: UploadStore, waiting: Waiting) -> Response:
    folder = shelf.upload_path(waiting).parent
    kept = current_preview(ctx, waiting, folder)
    if kept is None or kept.preview is None or not kept.preview.rejects:
        raise NotFound.told_openly("data.error.no_book")
    answer = Response((folder / BOOK).read_bytes(), mimetype=KINDS["xlsx"].mimetype)
    answer.headers["Content-Disposition"] = content_disposition(
        f"{Path(waiting.file).stem}_rejects.xlsx", "rejects", saved=True
    )
    return answer
