"""``/attachments``: files added to a visit or work item, removed, and handed out; never run in a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from dashboard.components.attachments.attachment_card import MOST_FILES
from dashboard.request.context import AppContext
from dashboard.request.outside_servers import OutsideWait
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from dashboard.tables.download_name import content_disposition
from geodata.attachments import attachment_acts
from geodata.attachments.attachment_list import Attachment, Owner, get_attachment
from geodata.attachments.attachment_store import THUMB, AttachmentStore, open_store
from geodata.attachments.received_file import CHUNK_BYTES, receive_file
from geodata.errors import NotFound, UserError
from geodata.file_type import MEDIA_TYPES, FileType
from geodata.permissions import Permission
from geodata.settings import Settings

PERMISSION = Permission.SEE_AREA
TAKES_FILES = ("attach",)
# whatever a file holds, no browser makes a page of ours of it
_SHUT = {"Content-Security-Policy": "sandbox; default-src 'none'"}


def largest_request(known: Settings) -> int:
    """Bytes an upload may have.

    Parameters
    ----------
    known
        The settings, of them the largest file.

    Returns
    -------
    bytes
        As many files as may go up at once, and their names.
    """
    return (MOST_FILES * known.attachment_mb + 1) * 2**20


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; the database judges who sees, adds and removes.

    Parameters
    ----------
    server
        The Flask server; what is under ``/attachments`` is added.
    ctx
        What every route is given.
    """

    @server.post("/attachments/add")
    def attach() -> Answer:
        owner = Owner(request.form.get("visit") or None, request.form.get("item") or None)
        with redirect_after(_page_of(owner)) as act:
            added = _attached(ctx, owner, request.files.getlist("file"), strip="strip" in request.form)
            act.tell_done("ui.attachment.done", n=added)
        return act.response

    @server.post("/attachments/<int:number>/remove")
    def remove(number: int) -> Answer:
        found: Attachment = ctx.query(get_attachment, number)
        with redirect_after(_page_of(found.owner)) as act:
            reason = request.form.get(f"reason-{number}", "").strip()[:200]
            ctx.execute(attachment_acts.remove_attachment, number, reason)
            act.tell_done("ui.attachment.removed", name=found.file_name)
        return act.response

    @server.get("/attachments/<int:number>")
    def download(number: int) -> Response:
        found: Attachment = ctx.query(get_attachment, number)
        answer = _handed_out(ctx, found.file_sha256, MEDIA_TYPES[found.file_type], found.size_bytes)
        answer.headers["Content-Disposition"] = content_disposition(found.file_name, f"attachment-{number}", saved=True)
        return answer

    @server.get("/attachments/<int:number>/thumb")
    def thumb(number: int) -> Response:
        found: Attachment = ctx.query(get_attachment, number)
        if not found.is_photo:
            raise NotFound("attachment.error.unknown", number=number)
        answer = _handed_out(ctx, found.file_sha256 + THUMB, MEDIA_TYPES[FileType.JPEG], None)
        answer.headers["Content-Disposition"] = content_disposition("thumb.jpg", "thumb", saved=False)
        return answer


def _page_of(owner: Owner) -> str:
    """The page an attachment stands on, as it is looked at."""
    view = View.from_args(request.args)
    if owner.visit_no:
        return view.link_to(f"/visit/{quote(owner.visit_no, safe='')}")
    return view.link_to("/work/item", item=owner.item_no) if owner.item_no else view.link_to("/work")


def _attached(ctx: AppContext, owner: Owner, sent: list[FileStorage], *, strip: bool) -> int:
    """Add all of them, or none."""
    files = [each for each in sent if each.filename]
    if not files:
        raise UserError("attachment.error.no_file")
    if len(files) > MOST_FILES:
        raise UserError("attachment.error.too_many", most=MOST_FILES)
    ctx.query(attachment_acts.require_attaching, owner)
    store, most = open_store(ctx.settings), ctx.settings.attachment_mb * 2**20
    with ExitStack() as arriving:
        received = [
            arriving.enter_context(
                receive_file(each.stream, each.filename or "", store.incoming, most, strip=strip)  # type: ignore[arg-type]
            )
            for each in files
        ]
        return len(ctx.execute(attachment_acts.add_attachments, store, owner, received))


def _handed_out(ctx: AppContext, name: str, media_type: str, size: int | None) -> Response:
    """A file of the store, piece by piece; 304 for who has it."""
    store: AttachmentStore = open_store(ctx.settings)
    if request.if_none_match.contains(name):
        answer = Response(status=304)
    else:
        answer = Response(_Pieces(store, name), mimetype=media_type)
        if size is not None:
            answer.content_length = size
    answer.set_etag(name)
    answer.headers.update(_SHUT)
    return answer


class _Pieces:
    """A file of the store, piece by piece; a store on another server is waited for by a few requests at a time."""

    def __init__(self, store: AttachmentStore, name: str) -> None:
        with ExitStack() as opened:
            if not store.is_local:
                opened.enter_context(OutsideWait())
            self._file: BinaryIO = opened.enter_context(store.open_file(name))
            self._opened = opened.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(CHUNK_BYTES):
            yield piece

    def close(self) -> None:
        """Called when the answer is sent, or nobody reads on."""
        self._opened.close()
