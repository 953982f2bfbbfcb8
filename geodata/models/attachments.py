"""Photographs and documents attached to what they show: a visit, or an item of the work list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.file_type import FileType
from geodata.models.base import Base, one_of
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission
from geodata.vocabulary import Datum


@facts(
    place="visit_no",
    # exactly when the visit or the item is
    seen_if="EXISTS (SELECT FROM grid.visit AS v WHERE v.visit_no = attachment.visit_no)"
    " OR EXISTS (SELECT FROM grid.work_item AS w WHERE w.item_no = attachment.item_no)",
    # no number is counted from them, and they come one by one
    loaded=False,
    revises=False,
    audit=Audit.EVERYTHING,
    read=Permission.SEE_AREA,
    write=Permission.RECORD_PATROL,  # or MEND_GRID, by what it is attached to: schema/attachments.sql
)
class Attachment(Base):
    """One file at one visit or work item; its bytes lie in the store under their hash, once for all that name it."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("num_nonnulls(visit_no, item_no) = 1", name="of_one"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="hash_form"),
        CheckConstraint("size_bytes > 0 AND size_bytes <= 209715200", name="size_fits"),
        # no folder, control sign or sign that turns the direction of reading
        CheckConstraint(
            "length(file_name) BETWEEN 1 AND 120 AND file_name !~ '[/\\\\]'"
            " AND file_name !~ '[\\u0001-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]'",
            name="name_fits",
        ),
        CheckConstraint("taken_at <= added_at + interval '5 minutes'", name="taken_before"),
        CheckConstraint("(point IS NULL) = (source_datum IS NULL)", name="point_has_datum"),
        CheckConstraint("NOT is_stripped OR (point IS NULL AND taken_at IS NULL)", name="stripped_is_silent"),
        one_of("file_type", FileType),
        one_of("source_datum", Datum),
        Index("ux_attachment_visit_no_file_sha256", "visit_no", "file_sha256", unique=True),
        Index("ux_attachment_item_no_file_sha256", "item_no", "file_sha256", unique=True),
        Index("ix_attachment_file_sha256", "file_sha256"),
        Index("ix_attachment_added_at", "added_at"),
    )
    attachment_no: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    visit_no: Mapped[str | None] = mapped_column(ForeignKey("grid.visit.visit_no"))
    """A visit with attachments is not taken back: whoever attached them is asked first."""
    item_no: Mapped[str | None] = mapped_column(ForeignKey("grid.work_item.item_no", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    file_type: Mapped[FileType] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))
    """Where the photograph says that it was taken."""
    source_datum: Mapped[Datum | None] = mapped_column(Text)
    is_stripped: Mapped[bool] = mapped_column(Boolean)
    """Whether place and time were taken out at the person's wish."""
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    added_by: Mapped[str] = mapped_column(Text, server_default=text("coalesce(grid.signed_in(), session_user)"))
