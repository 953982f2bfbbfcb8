"""Visits, the findings made on them, and the chain of the day they fell under."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import Audit, Merge, facts
from geodata.permissions import Permission
from geodata.vocabulary import Datum, Outcome, Role, VisitKind
from geodata.words.visit_words import CheckOrigin, FormerVisitKind


@facts(
    place="subject_id",
    on="visited_on",
    by_hand=True,
    freezes_chain=True,
    read=Permission.SEE_AREA,
    write=Permission.RECORD_PATROL,
)
class Visit(Base):
    """One visit: the local day it happened and the moment it was recorded; only its point is kept, never a track."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("visited_on <= grid.day_of(recorded_at)", name="not_in_future"),
        CheckConstraint("outcome = 'completed' OR reason IS NOT NULL AND btrim(reason) <> ''", name="reason_given"),
        CheckConstraint("jsonb_typeof(items) = 'object'", name="items_object"),
        CheckConstraint(
            "NOT jsonb_path_exists(items,"
            """ 'strict $.* ? (@.type() != "string" || !(@ == "yes" || @ == "no" || @ == "na"))', silent => true)""",
            name="items_answered",
        ),
        CheckConstraint(
            "jsonb_typeof(item_notes) = 'object' AND NOT jsonb_path_exists(item_notes,"
            """ 'strict $.* ? (@.type() != "string" || !(@ like_regex "^.{1,250}.{0,250}$" flag "s"))',"""
            " silent => true)",
            name="notes_plain",
        ),
        # on a day without a list nothing is asked
        CheckConstraint("checklist_no IS NOT NULL OR items || item_notes = '{}'", name="asked_by_list"),
        # domain §11.12, §13: an assistant observes and reports; re-checks and administrative checks are the station's
        CheckConstraint(
            "visitor_role <> 'assistant' OR kind IN ('patrol', 'guidance', 'information_report')",
            name="assistant_observes",
        ),
        # 国办发〔2024〕54号: no check without officers, cards, origin and item, and none of them without a check; who
        # the officers are and whether their cards hold is asked by a trigger (``schema/enforcement.sql``)
        CheckConstraint(
            "num_nonnulls(officers, card_nos, check_origin, legal_item)"
            " = CASE kind WHEN 'administrative_check' THEN 4 ELSE 0 END",
            name="check_on_record",
        ),
        CheckConstraint("cardinality(officers) >= 2", name="two_officers"),
        CheckConstraint("cardinality(card_nos) = cardinality(officers)", name="card_each"),
        CheckConstraint("btrim(legal_item) <> ''", name="item_named"),
        CheckConstraint("was_kind IS NULL OR kind = 'information_report'", name="was_another"),
        CheckConstraint("(point IS NULL) = (source_datum IS NULL)", name="point_has_datum"),
        one_of("kind", VisitKind),
        one_of("check_origin", CheckOrigin),
        one_of("was_kind", FormerVisitKind),
        one_of("outcome", Outcome),
        one_of("visitor_role", Role),
        one_of("source_datum", Datum),
        Index("ix_visit_subject_visited", "subject_id", "visited_on"),
        Index(
            "ix_visit_patrol",
            "subject_id",
            "visited_on",
            postgresql_where=text("kind = 'patrol' AND outcome = 'completed'"),
        ),
        Index(
            "ix_visit_check",
            "subject_id",
            "visited_on",
            postgresql_where=text("kind = 'administrative_check'"),
        ),
        Index("ix_visit_card_nos", "card_nos", postgresql_using="gin"),
        Index("ix_visit_visited_on", "visited_on"),
        Index("ix_visit_person_no", "person_no"),
    )
    visit_no: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
    kind: Mapped[VisitKind] = mapped_column(Text)
    outcome: Mapped[Outcome] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    visited_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    person_no: Mapped[str] = mapped_column(ForeignKey("grid.person.person_no"))
    visitor_role: Mapped[Role] = mapped_column(Text)
    officers: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Of an administrative check everybody who made it, ``person_no`` among them."""
    card_nos: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The officers' cards, in the order of ``officers``."""
    check_origin: Mapped[CheckOrigin | None] = mapped_column(Text)
    legal_item: Mapped[str | None] = mapped_column(Text)
    was_kind: Mapped[FormerVisitKind | None] = mapped_column(Text)
    """What it was called when it was recorded, where that is no kind any more."""
    checklist_no: Mapped[str | None] = mapped_column(ForeignKey("grid.checklist.checklist_no"))
    """The list it was made by; ``schema/checklists.sql`` finds it, and keeps the answers to its items."""
    items: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """Key of an item of the list → ``yes``, ``no`` or ``na``."""
    item_notes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """Key of an item of the list → note, 1 to 500 signs."""
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))
    source_datum: Mapped[Datum | None] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="subject_id", on="found_on", by_hand=True, read=Permission.SEE_AREA, write=Permission.RECORD_PATROL)
class Finding(Base):
    """A hidden danger found, and the day of each step of its rectification; the state on a day is derived from them."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("deadline_on >= found_on", name="deadline_after_found"),
        CheckConstraint(
            "found_on <= least(ordered_on, rectified_on, recheck_requested_on, closed_on, escalated_on)",
            name="found_first",
        ),
        CheckConstraint("closed_on IS NULL OR rectified_on <= closed_on", name="rectified_before_closed"),
        ForeignKeyConstraint(
            ["checklist_no", "item"],
            ["grid.checklist_item.checklist_no", "grid.checklist_item.item"],
            name="fk_finding_item",
        ),
        CheckConstraint("(item IS NULL) = (checklist_no IS NULL)", name="item_of_list"),
        Index("ix_finding_subject_found", "subject_id", "found_on"),
    )
    finding_no: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
    visit_no: Mapped[str | None] = mapped_column(ForeignKey("grid.visit.visit_no"), index=True)
    checklist_no: Mapped[str | None] = mapped_column(Text)
    """The list its item stands on: the visit's, else that of the day; found by a trigger."""
    item: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    found_on: Mapped[date] = mapped_column(Date)
    deadline_on: Mapped[date] = mapped_column(Date)
    ordered_on: Mapped[date | None] = mapped_column(Date)
    rectified_on: Mapped[date | None] = mapped_column(Date)
    recheck_requested_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    escalated_on: Mapped[date | None] = mapped_column(Date)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(
    place="subject_id",
    on="on_date",
    # written beside what happened that day, whose own trail and revision tell it
    audit=Audit.OWN,
    revises=False,
    of_the_day=True,
    naming=("person", ("district_people", "town_people", "village_people", "subject_people")),
    on_merge=Merge.OWN,
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class ChainRecord(Base):
    """Who answered for a subject on a day something happened there, frozen when it was recorded (by a trigger)."""

    __tablename__ = "chain_record"
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    village_code: Mapped[str] = mapped_column(Text)
    district_people: Mapped[list[str]] = mapped_column(ARRAY(Text))
    town_people: Mapped[list[str]] = mapped_column(ARRAY(Text))
    village_people: Mapped[list[str]] = mapped_column(ARRAY(Text))
    subject_people: Mapped[list[str]] = mapped_column(ARRAY(Text))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
    """The load that brought what happened on that day."""
