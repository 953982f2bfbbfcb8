"""Supervised subjects, and their dated status and risk."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, all_of, one_of
from geodata.models.facts import Merge, facts
from geodata.permissions import Permission
from geodata.vocabulary import Datum, Risk, Sector, SubjectKind, SubjectStatus


@facts(
    place="village_code",
    on="entry_on",
    secret=("id_hash",),
    on_merge=Merge.OWN,
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class Subject(Base):
    """A farm, firm, shop or market on the roster, placed by its administrative village (which wins over its point)."""

    __tablename__ = "subject"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_code", "village_level"], ["grid.unit.code", "grid.unit.level"], name="fk_subject_village"
        ),
        CheckConstraint("uscc IS NULL OR grid.uscc_is_valid(uscc)", name="uscc_check_digit"),
        CheckConstraint("(id_hash IS NULL) = (id_tail IS NULL)", name="id_hash_and_tail"),
        CheckConstraint("id_tail ~ '^[0-9Xx]{1,4}$'", name="id_tail_short"),
        CheckConstraint("(point IS NULL) = (source_datum IS NULL)", name="point_has_datum"),
        CheckConstraint(
            "(point IS NULL) = (source_x IS NULL) AND (point IS NULL) = (source_y IS NULL)", name="point_has_source"
        ),
        all_of("kinds", SubjectKind),
        all_of("sectors", Sector),
        one_of("source_datum", Datum),
        # deferrable: two subjects of one file, or of one undo, may exchange what only one may have
        UniqueConstraint("uscc", name="uq_subject_uscc", deferrable=True),
        UniqueConstraint("id_hash", name="uq_subject_id_hash", deferrable=True),
        Index("ix_subject_village_code", "village_code"),
        Index("ix_subject_point", "point", postgresql_using="gist"),
    )
    subject_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    uscc: Mapped[str | None] = mapped_column(Text)
    id_hash: Mapped[str | None] = mapped_column(Text)
    id_tail: Mapped[str | None] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sectors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    products: Mapped[str | None] = mapped_column(Text)
    village_code: Mapped[str] = mapped_column(Text)
    village_level: Mapped[str] = mapped_column(Text, Computed("'village'", persisted=True))
    address: Mapped[str | None] = mapped_column(Text)
    office_phone: Mapped[str | None] = mapped_column(Text)
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))
    source_datum: Mapped[Datum | None] = mapped_column(Text)
    source_x: Mapped[float | None] = mapped_column(Double)
    source_y: Mapped[float | None] = mapped_column(Double)
    entry_on: Mapped[date] = mapped_column(Date)
    commitment_on: Mapped[date | None] = mapped_column(Date)
    platform_on: Mapped[date | None] = mapped_column(Date)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="subject_id", on="from_on", on_merge=Merge.OWN, read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class StatusChange(Base):
    """From ``from_on`` (inclusive) the subject has this status, until its next row."""

    __tablename__ = "subject_status"
    __table_args__ = (
        one_of("status", SubjectStatus),
        CheckConstraint("status = 'active' OR btrim(reason) <> '' AND reason IS NOT NULL", name="reason_given"),
    )
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    status: Mapped[SubjectStatus] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="subject_id", on="from_on", on_merge=Merge.OWN, read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class RiskChange(Base):
    """From ``from_on`` (inclusive) the subject has this risk, until its next row."""

    __tablename__ = "subject_risk"
    __table_args__ = (one_of("risk", Risk),)
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    risk: Mapped[Risk] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
