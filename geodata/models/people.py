"""People, the dated posts they hold, and their training."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    collate,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import Merge, facts
from geodata.permissions import Permission
from geodata.vocabulary import SINGLE_HOLDER_ROLES, SUBJECT_ROLES, Role

_SUBJECT_ROLES = ", ".join(f"'{role.value}'" for role in SUBJECT_ROLES)
_SINGLE_ROLES = ", ".join(sorted(f"'{role.value}'" for role in SINGLE_HOLDER_ROLES))


@facts(
    place="person_no",
    seen_if="EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = person.person_no)"
    " OR EXISTS (SELECT FROM grid.visit AS v WHERE v.person_no = person.person_no)"
    # not asked person by person: no index serves an array behind a policy
    " OR person_no IN (SELECT unnest(v.officers) FROM grid.visit AS v WHERE v.kind = 'administrative_check')",
    secret=("private_mobile",),  # but by grid.mobiles_asked_for, once the asking is noted
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class Person(Base):
    """Somebody who answers or has answered for a place; the office phone and the private mobile are kept apart."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("btrim(name) <> ''", name="named"),)
    person_no: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    office_phone: Mapped[str | None] = mapped_column(Text)
    private_mobile: Mapped[str | None] = mapped_column(Text)
    consent_publish: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(
    place="unit_code",
    seen_if="unit_code = ANY ((SELECT grid.my_area() || grid.my_superiors())::text[])"
    " OR subject_id IN (SELECT subject_id FROM grid.subject)",
    by_hand=True,
    taken_back_if="grid.may_give_post(role, person_no)",
    on_merge=Merge.OWN,
    read=Permission.SEE_AREA,
    write=Permission.GIVE_POSTS,
)
class Post(Base):
    """A person in a role at a place over ``valid`` (upper bound exclusive); ``acting_for`` names the absent holder.

    At which levels a post may be held is ``grid.role_level`` on its first day: ``schema/levels.sql`` refuses others.
    """

    __tablename__ = "post"
    __table_args__ = (
        ForeignKeyConstraint(["unit_code"], ["grid.unit.code"], name="fk_post_unit"),
        CheckConstraint(f"(role IN ({_SUBJECT_ROLES})) = (subject_id IS NOT NULL)", name="subject_role"),
        CheckConstraint("(unit_code IS NULL) <> (subject_id IS NULL)", name="one_place"),
        CheckConstraint("NOT isempty(valid) AND lower(valid) IS NOT NULL", name="valid_from"),
        CheckConstraint("acting_for IS NULL OR acting_for <> person_no", name="acting_for_another"),
        # in a collation of their own, so that look-ups by place and person go by the plain indexes
        ExcludeConstraint(
            (collate(column("place"), "C"), "="),
            ("role", "="),
            ("valid", "&&"),
            name="ex_post_single_holder",
            using="gist",
            where=text(f"role IN ({_SINGLE_ROLES}) AND acting_for IS NULL"),
        ),
        ExcludeConstraint(
            (collate(column("person_no"), "C"), "="),
            (collate(column("place"), "C"), "="),
            ("role", "="),
            ("valid", "&&"),
            name="ex_post_same_person",
            using="gist",
        ),
        one_of("role", Role),
        Index("ix_post_place", "place"),
        Index("ix_post_person_no", "person_no"),
    )
    post_no: Mapped[str] = mapped_column(Text, primary_key=True)
    person_no: Mapped[str] = mapped_column(ForeignKey("grid.person.person_no"))
    role: Mapped[Role] = mapped_column(Text)
    unit_code: Mapped[str | None] = mapped_column(Text, index=True)
    subject_id: Mapped[str | None] = mapped_column(ForeignKey("grid.subject.subject_id"), index=True)
    place: Mapped[str] = mapped_column(
        Text, Computed("CASE WHEN unit_code IS NULL THEN 's:' || subject_id ELSE 'u:' || unit_code END", persisted=True)
    )
    acting_for: Mapped[str | None] = mapped_column(ForeignKey("grid.person.person_no"), index=True)
    document_no: Mapped[str | None] = mapped_column(Text)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="person_no", on="trained_on", read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class Training(Base):
    """A person's training on a day; yearly training of supervisors is a national target (domain §1, g2)."""

    __tablename__ = "training"
    __table_args__ = (CheckConstraint("hours > 0", name="hours_positive"),)
    person_no: Mapped[str] = mapped_column(ForeignKey("grid.person.person_no"), primary_key=True)
    trained_on: Mapped[date] = mapped_column(Date, primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    hours: Mapped[float] = mapped_column(Numeric(5, 1))
    passed: Mapped[bool] = mapped_column(Boolean)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
