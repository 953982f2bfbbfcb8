"""Enforcement cards (行政执法证): what an officer shows before an administrative check (国办发〔2024〕54号)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, collate, column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import facts
from geodata.permissions import Permission


@facts(
    place="person_no",
    seen_if="person_no IN (SELECT person_no FROM grid.person)",
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class EnforcementCard(Base):
    """A card of a person for a time, both days inclusive as printed on it; a renewed one may keep its number."""

    __tablename__ = "enforcement_card"
    __table_args__ = (
        CheckConstraint("expires_on >= issued_on", name="expires_after"),
        CheckConstraint("btrim(body) <> ''", name="body_named"),
        ExcludeConstraint(
            (collate(column("card_no"), "C"), "="),
            (text("daterange(issued_on, expires_on, '[]')"), "&&"),
            name="ex_enforcement_card_one_holder",
            using="gist",
        ),
        Index("ix_enforcement_card_person_no", "person_no"),
    )
    card_no: Mapped[str] = mapped_column(Text, primary_key=True)
    issued_on: Mapped[date] = mapped_column(Date, primary_key=True)
    expires_on: Mapped[date] = mapped_column(Date)
    person_no: Mapped[str] = mapped_column(ForeignKey("grid.person.person_no"))
    body: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
