"""The grid-integrity work list: what is wrong with the grid, who mends it by when; and merged duplicate subjects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.accounts import AuditEntry
from geodata.models.base import Base, one_of
from geodata.models.facts import Audit, Merge, facts
from geodata.permissions import Permission
from geodata.vocabulary import OPEN_WORK, SizeUnit, WorkState

_OPEN = ", ".join(sorted(f"'{state.value}'" for state in OPEN_WORK))


@facts(
    place="unit_code",
    seen_if="(SELECT grid.sees_all()) OR touched_codes && (SELECT grid.my_area())",
    loaded=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.MEND_GRID,
)
class WorkItem(Base):
    """One fault of the grid; its number says what is wrong, so that the next look finds the same item again."""

    __tablename__ = "work_item"
    __table_args__ = (
        one_of("state", WorkState),
        one_of("size_unit", SizeUnit),
        CheckConstraint("starts_with(item_no, check_key || ':')", name="item_of_check"),
        CheckConstraint("unit_code = ANY (touched_codes)", name="touches_own_unit"),
        CheckConstraint("(size IS NULL) = (size_unit IS NULL)", name="size_has_unit"),
        CheckConstraint("first_seen_on <= last_seen_on", name="seen_in_order"),
        CheckConstraint("state <> 'assigned' OR owner_no IS NOT NULL", name="assigned_to_somebody"),
        CheckConstraint("(state = 'accepted') = (reason IS NOT NULL)", name="accepted_with_reason"),
        CheckConstraint("btrim(reason) <> ''", name="reason_given"),
        CheckConstraint(f"(state IN ({_OPEN})) = upper_inf(open_days)", name="open_days_open"),
        Index("ix_work_item_touched_codes", "touched_codes", postgresql_using="gin"),
        Index("ix_work_item_geom", "geom", postgresql_using="gist"),
        Index("ix_work_item_unit_code", "unit_code"),
        Index("ix_work_item_owner_no", "owner_no"),
    )
    item_no: Mapped[str] = mapped_column(Text, primary_key=True)
    check_key: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(ForeignKey("grid.unit.code", ondelete="CASCADE"))
    """The unit the item belongs to: its people mend it. A unit taken out with its load takes its faults along."""
    touched_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Every unit the fault concerns, the own one among them: their people see it, and none of them is clean."""
    geom: Mapped[Any | None] = mapped_column(Geometry("GEOMETRY", srid=4490, spatial_index=False))
    """The fault itself, or the spot to look at; NULL only while no boundary at all is known."""
    size: Mapped[float | None] = mapped_column(Double)
    size_unit: Mapped[SizeUnit | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """What fills the places of the check's sentences."""
    fingerprint: Mapped[str] = mapped_column(Text)
    """Changes with the fault's size or shape; an accepted item with another fingerprint is open again."""
    state: Mapped[WorkState] = mapped_column(Text, server_default=text("'open'"))
    reason: Mapped[str | None] = mapped_column(Text)
    owner_no: Mapped[str | None] = mapped_column(ForeignKey("grid.person.person_no"))
    due_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    first_seen_on: Mapped[date] = mapped_column(Date)
    last_seen_on: Mapped[date] = mapped_column(Date)
    open_days: Mapped[Any] = mapped_column(DATEMULTIRANGE)
    """The days on which the item stood open, so that a past day can be asked."""


@facts(
    place="within_code",
    on="as_of",
    # whether and when anybody looked belongs beside every share of clean villages; how much was found is for no town
    seen_if="(SELECT grid.signed_in()) IS NOT NULL",
    secret=("items_new", "items_still", "items_reopened", "items_solved"),
    loaded=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.MEND_GRID,
)
class IntegrityRun(Base):
    """One look over the grid; only a complete one says of a village without items that it is clean."""

    __tablename__ = "integrity_run"
    __table_args__ = (Index("ix_integrity_run_as_of", "as_of"),)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date)
    ran_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    ran_by: Mapped[str] = mapped_column(Text, server_default=text("coalesce(grid.signed_in(), session_user)"))
    check_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    within_code: Mapped[str | None] = mapped_column(ForeignKey("grid.unit.code", ondelete="CASCADE"), index=True)
    complete: Mapped[bool] = mapped_column(Boolean)
    """All checks over the whole grid."""
    items_new: Mapped[int] = mapped_column(Integer)
    items_still: Mapped[int] = mapped_column(Integer)
    items_reopened: Mapped[int] = mapped_column(Integer)
    items_solved: Mapped[int] = mapped_column(Integer)


@facts(
    place="kept_id",
    on="merged_on",
    seen_if="(SELECT grid.sees_all()) OR kept_id IN (SELECT subject_id FROM grid.subject)",
    ended_if="undone_at IS NOT NULL",
    secret=("before", "after", "moved"),  # what both subjects were holds hashed identity numbers
    loaded=False,
    audit=Audit.OWN,
    on_merge=Merge.OWN,
    read=Permission.SEE_AREA,
    write=Permission.MEND_GRID,
)
class SubjectMerge(Base):
    """Two entries of one subject made one: what both were, what they became, and which facts moved."""

    __tablename__ = "subject_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> dropped_id", name="two_subjects"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        Index("uq_subject_merge_dropped_id", "dropped_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("ix_subject_merge_kept_id", "kept_id"),
    )
    merge_no: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
    dropped_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"), index=True)
    merged_on: Mapped[date] = mapped_column(Date)
    merged_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    merged_by: Mapped[str] = mapped_column(Text, server_default=text("coalesce(grid.signed_in(), session_user)"))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    moved: Mapped[dict[str, Any]] = mapped_column(JSONB)


Index("ix_audit_work_item", AuditEntry.row_key, postgresql_where=AuditEntry.table_name == "work_item")
