"""Samples and their results: quantitative and rapid are separate streams; banned substances are dated."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import facts
from geodata.permissions import Permission
from geodata.vocabulary import Judgement, Purpose, Sector, Stream


@facts(place="village_code", on="sampled_on", freezes_chain=True, read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class Sample(Base):
    """One sample (批次), attributed by its sampling date; its verdict is derived from its results."""

    __tablename__ = "sample"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_code", "village_level"], ["grid.unit.code", "grid.unit.level"], name="fk_sample_village"
        ),
        CheckConstraint("retest_of IS NULL OR retest_of <> sample_no", name="retest_of_another"),
        # law art 51: the re-test of any sample is made in a laboratory, never by a rapid method
        CheckConstraint("retest_of IS NULL OR stream = 'quantitative'", name="retest_not_rapid"),
        # domain §13: two samplers; from which day on is a rule (``schema/enforcement.sql``)
        CheckConstraint("second_person_no <> person_no", name="two_samplers"),
        CheckConstraint("second_person_no IS NULL OR person_no IS NOT NULL", name="first_sampler"),
        one_of("stream", Stream),
        one_of("purpose", Purpose),
        one_of("sector", Sector),
        Index("ix_sample_stream_sampled", "stream", "sampled_on"),
        Index("ix_sample_sampled_on", "sampled_on"),
        Index("ix_sample_subject_sampled", "subject_id", "sampled_on"),
        UniqueConstraint("retest_of", name="uq_sample_retest_of", deferrable=True),
    )
    sample_no: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
    village_code: Mapped[str] = mapped_column(Text, index=True)
    village_level: Mapped[str] = mapped_column(Text, Computed("'village'", persisted=True))
    stream: Mapped[Stream] = mapped_column(Text)
    purpose: Mapped[Purpose] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    sector: Mapped[Sector | None] = mapped_column(Text)
    sampled_on: Mapped[date] = mapped_column(Date)
    lab: Mapped[str] = mapped_column(Text)
    person_no: Mapped[str | None] = mapped_column(ForeignKey("grid.person.person_no"), index=True)
    second_person_no: Mapped[str | None] = mapped_column(ForeignKey("grid.person.person_no"), index=True)
    batch_code: Mapped[str | None] = mapped_column(Text)
    retest_of: Mapped[str | None] = mapped_column(ForeignKey("grid.sample.sample_no"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="sample_no", on="judged_on", read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class Result(Base):
    """One analyte of one sample, judged under the standard version of its day and never re-judged."""

    __tablename__ = "result"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("(value IS NULL) OR unit IS NOT NULL", name="value_has_unit"),
        # legal clocks start at receipt by the subject (domain §11.6)
        CheckConstraint("judgement <> 'unqualified' OR received_at IS NOT NULL", name="receipt_known"),
        one_of("judgement", Judgement),
        Index("ix_result_judgement", "judgement"),
    )
    sample_no: Mapped[str] = mapped_column(ForeignKey("grid.sample.sample_no"), primary_key=True)
    analyte: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    unit: Mapped[str | None] = mapped_column(Text)
    limit_value: Mapped[Decimal | None] = mapped_column(Numeric)
    standard: Mapped[str | None] = mapped_column(Text)
    standard_version: Mapped[str | None] = mapped_column(Text)
    judgement: Mapped[Judgement] = mapped_column(Text)
    judged_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


class BannedSubstance(Base):
    """An analyte whose use is banned from ``from_on`` (inclusive) until ``to_on`` (exclusive; open when NULL)."""

    __tablename__ = "banned_substance"
    __table_args__ = (CheckConstraint("to_on IS NULL OR to_on > from_on", name="to_after_from"),)
    analyte: Mapped[str] = mapped_column(Text, primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    to_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
