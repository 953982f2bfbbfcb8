"""The own table of the working calendar, above what the library of holidays knows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import facts
from geodata.permissions import Permission
from geodata.vocabulary import ArrangedBy, DayKind


@facts(
    place="falls_on",
    on="falls_on",
    # a day is of no area: deadlines are counted alike for whoever sees one
    seen_if="cardinality((SELECT grid.my_area())::text[]) > 0",
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class CalendarDay(Base):
    """A day that is off or a working day whatever the library says; a day stands once."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        one_of("kind", DayKind),
        one_of("arranged_by", ArrangedBy),
        CheckConstraint("btrim(source) <> ''", name="sourced"),
    )
    falls_on: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[DayKind] = mapped_column(Text)
    arranged_by: Mapped[ArrangedBy] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
