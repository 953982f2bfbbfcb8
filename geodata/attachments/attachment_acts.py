"""Attaching a file that has arrived, and removing one with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geodata.attachments.attachment_list import Owner, get_attachment, may_attach
from geodata.attachments.attachment_store import THUMB, AttachmentStore
from geodata.attachments.received_file import ReceivedFile
from geodata.crs import to_cgcs2000
from geodata.errors import Forbidden, NotFound, UserError
from geodata.locks import Lock, take_lock
from geodata.vocabulary import Datum

# a camera whose clock is ahead has taken no photograph in the future: its time is then not told
_ADD = """
INSERT INTO grid.attachment (visit_no, item_no, file_name, file_sha256, file_type, size_bytes, is_stripped,
                             taken_at, point, source_datum)
VALUES (:visit, :item, :name, :sha256, :type, :size, :stripped,
        CASE WHEN CAST(:taken AS timestamptz) <= now() THEN :taken END,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4490), CASE WHEN CAST(:lon AS float) IS NOT NULL THEN :datum END)
RETURNING attachment_no
"""
_OWNERS = "SELECT EXISTS (SELECT FROM grid.visit WHERE visit_no = :visit UNION ALL" \
          " SELECT FROM grid.work_item WHERE item_no = :item)"  # fmt: skip


def require_attaching(db: Connection, owner: Owner) -> None:
    """Refuse whoever may not attach to a visit or item.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    owner
        The visit or item.

    Raises
    ------
    NotFound
        There is none within sight.
    Forbidden
        No post of today carries the right there.
    """
    if (owner.visit_no is None) == (owner.item_no is None):
        raise NotFound("attachment.error.no_owner")
    if may_attach(db, owner):
        return
    if db.execute(text(_OWNERS), {"visit": owner.visit_no, "item": owner.item_no}).scalar_one():
        raise Forbidden("attachment.error.not_yours")
    raise NotFound("attachment.error.no_owner")


def add_attachments(db: Connection, store: AttachmentStore, owner: Owner, files: Sequence[ReceivedFile]) -> list[int]:
    """Keep files and attach them, all or none.

    The bytes are in the store before the row that names them: what is interrupted leaves at most bytes that no row
    names, which tidying takes out.

    Parameters
    ----------
    db
        A transaction with the scope of who asks.
    store
        Where the bytes go.
    owner
        What they are attached to.
    files
        Fit to be kept; gone from where they lie afterwards.

    Returns
    -------
    numbers
        Of the attachments, in the order of the files.

    Raises
    ------
    NotFound
        The visit or item is not within sight.
    Forbidden
        No post of today carries the right there.
    UserError
        One of them is attached there already, or there is no room left.
    """
    require_attaching(db, owner)
    take_lock(db, Lock.ATTACHMENTS, shared=True)
    return [_add(db, store, owner, each) for each in files]


def _add(db: Connection, store: AttachmentStore, owner: Owner, file: ReceivedFile) -> int:
    if file.thumb is not None:
        store.keep_file(file.thumb, file.sha256 + THUMB)
    store.keep_file(file.path, file.sha256)
    named: dict[str, Any] = {
        "visit": owner.visit_no,
        "item": owner.item_no,
        "name": file.name,
        "sha256": file.sha256,
        "type": file.file_type.value,
        "size": file.size_bytes,
        "stripped": file.is_stripped,
        "taken": file.told.taken_at,
        "lon": None,
        "lat": None,
        "datum": Datum.WGS84.value,
    }
    if file.told.lon is not None and file.told.lat is not None:
        lon, lat = to_cgcs2000(file.told.lon, file.told.lat, Datum.WGS84)
        named |= {"lon": float(lon[0]), "lat": float(lat[0])}
    try:
        with db.begin_nested():
            return int(db.execute(text(_ADD), named).scalar_one())
    except IntegrityError:
        raise UserError("attachment.error.twice", name=file.name) from None


def remove_attachment(db: Connection, number: int, reason: str) -> None:
    """Take an attachment out; its bytes go with the last row that names them, once the files are tidied.

    Parameters
    ----------
    db
        A transaction with the scope of who asks.
    number
        The attachment's number.
    reason
        Why; noted in the audit trail, not blank.

    Raises
    ------
    NotFound
        There is none within sight.
    UserError
        The reason is blank.
    Forbidden
        No post of today carries the right there.
    """
    found = get_attachment(db, number)
    if not reason.strip():
        raise UserError("attachment.error.reason", name=found.file_name)
    removed = db.execute(text("SELECT grid.remove_attachment(:number, :why)"), {"number": number, "why": reason})
    if not removed.scalar_one():
        raise Forbidden("attachment.error.not_yours")
