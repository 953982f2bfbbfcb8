"""What became of units in a reorganisation, and where subjects stood before it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, Text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import Merge, facts
from geodata.permissions import Permission
from geodata.vocabulary import Succession


@facts(
    place="old_code",
    on="from_on",
    seen_if="(SELECT grid.sees_all()) OR old_code IN (SELECT code FROM grid.unit)"
    " OR new_code IN (SELECT code FROM grid.unit)",
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class UnitLineage(Base):
    """From ``from_on`` the place of ``old_code`` is (in part) that of ``new_code``; ``share`` of the old."""

    __tablename__ = "unit_lineage"
    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1", name="share_of_one"),
        one_of("how", Succession),
    )
    old_code: Mapped[str] = mapped_column(ForeignKey("grid.unit.code"), primary_key=True)
    new_code: Mapped[str] = mapped_column(ForeignKey("grid.unit.code"), primary_key=True, index=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    how: Mapped[Succession] = mapped_column(Text)
    share: Mapped[Decimal | None] = mapped_column(Numeric)
    document_no: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)


@facts(place="subject_id", on_merge=Merge.OWN, read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class FormerVillage(Base):
    """The village a subject stood in over ``valid`` (upper bound exclusive), before a reorganisation moved it.

    ``subject.village_code`` is where it stands now; only what differs from that stands here.
    """

    __tablename__ = "former_village"
    __table_args__ = (
        ExcludeConstraint(("subject_id", "="), ("valid", "&&"), name="ex_former_village_one_per_day", using="gist"),
        CheckConstraint("NOT isempty(valid) AND upper(valid) IS NOT NULL", name="valid_until"),
    )
    subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"), primary_key=True)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("grid.unit.code"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
