"""What is attached to a visit, to the visits of a subject, or to a work item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.file_type import FileType

_LISTED = """
SELECT a.attachment_no AS number, a.visit_no, a.item_no, a.file_name, a.file_sha256, a.file_type, a.size_bytes,
       a.taken_at, ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.is_stripped, a.added_at, a.added_by
FROM grid.attachment AS a
"""


@dataclass(frozen=True)
class Owner:
    """What a file is attached to: one visit, or one item of the work list.

    Attributes
    ----------
    visit_no : number of the visit; None for an item's.
    item_no : number of the item; None for a visit's.
    """

    visit_no: str | None = None
    item_no: str | None = None


@dataclass(frozen=True)
class Attachment:
    """One attachment; ``lon`` and ``lat`` are degrees of EPSG:4490, None where the photograph tells no place."""

    number: int
    visit_no: str | None
    item_no: str | None
    file_name: str
    file_sha256: str
    file_type: FileType
    size_bytes: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    is_stripped: bool
    added_at: datetime
    added_by: str

    @property
    def owner(self) -> Owner:
        """What it is attached to."""
        return Owner(self.visit_no, self.item_no)

    @property
    def is_photo(self) -> bool:
        """Whether there is a small picture of it."""
        return self.file_type is not FileType.PDF


def list_attachments(db: Connection, owner: Owner) -> list[Attachment]:
    """What is attached to one visit or item.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    owner
        The visit or item.

    Returns
    -------
    attachments
        In the order they were added; empty for an owner out of sight.
    """
    asked = f"{_LISTED} WHERE a.visit_no = :visit OR a.item_no = :item ORDER BY a.attachment_no"
    return _read(db, asked, visit=owner.visit_no, item=owner.item_no)


def list_visit_attachments(db: Connection, subject_id: str, as_of: date) -> dict[str, list[Attachment]]:
    """What is attached to the visits of a subject.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    subject_id
        Number of the subject.
    as_of
        The day; what was added after it is left out.

    Returns
    -------
    attachments
        Number of the visit → its attachments, in the order they were added; visits without any are left out.
    """
    asked = (
        f"{_LISTED} JOIN grid.visit AS v USING (visit_no)"
        " WHERE v.subject_id = :id AND grid.day_of(a.added_at) <= :as_of ORDER BY a.attachment_no"
    )
    found: dict[str, list[Attachment]] = {}
    for each in _read(db, asked, id=subject_id, as_of=as_of):
        found.setdefault(str(each.visit_no), []).append(each)
    return found


def get_attachment(db: Connection, number: int) -> Attachment:
    """One attachment by its number.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    number
        The attachment's number.

    Returns
    -------
    attachment
        As it stands.

    Raises
    ------
    NotFound
        There is none within sight.
    """
    found = _read(db, f"{_LISTED} WHERE a.attachment_no = :number", number=number) if number < 2**63 else []
    if not found:
        raise NotFound("attachment.error.unknown", number=number)
    return found[0]


def may_attach(db: Connection, owner: Owner) -> bool:
    """Whether whoever asks may attach to a visit or item, and remove what is attached there.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    owner
        The visit or item.

    Returns
    -------
    may
        False also where there is no such visit or item.
    """
    asked = text("SELECT grid.may_attach(:visit, :item)")
    return bool(db.execute(asked, {"visit": owner.visit_no, "item": owner.item_no}).scalar_one())


def _read(db: Connection, asked: str, **given: object) -> list[Attachment]:
    rows = db.execute(text(asked), given).mappings()
    return [Attachment(**{**row, "file_type": FileType(row["file_type"])}) for row in rows]
