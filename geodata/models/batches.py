"""Load batches (which file brought which rows, when, with what result), what they found before, and revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base


class LoadBatch(Base):
    """One file's load of one kind of fact, in one transaction; every row knows its batch."""

    __tablename__ = "load_batch"
    __table_args__ = (
        Index("ix_load_batch_loaded_at", "loaded_at"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    datum: Mapped[str | None] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    loaded_by: Mapped[str] = mapped_column(Text, server_default=text("session_user"))
    synthetic: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    rows_read: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_new: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_changed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_same: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_rejected: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its last row was written; what changes one later and leaves it in the batch came from outside."""
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(Text)


class UndoRow(Base):
    """A row as it stood before a batch changed or removed it, written by triggers (``grid.keep_former``).

    ``before`` reads back exactly (shapes as EWKB); ``was_batch`` is the batch the row belonged to. It goes when the
    batch is undone.
    """

    __tablename__ = "undo_row"
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    row_key: Mapped[str] = mapped_column(Text, primary_key=True)
    was_batch: Mapped[int | None] = mapped_column(Integer, index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Revision(Base):
    """One row per transaction that changed a fact or a rule, written by triggers: what caches and ETags hang on.

    A row each, not one counter: it appears exactly at commit, and writers do not wait for each other.
    """

    __tablename__ = "revision"
    txid: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, server_default=text("pg_current_xact_id()::text::bigint")
    )
