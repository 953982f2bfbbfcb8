"""Checklists: what a visit asks, as dated data; a visit keeps the list of its day for ever."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, all_of
from geodata.models.facts import facts
from geodata.permissions import Permission
from geodata.vocabulary import SubjectKind

ITEM_KEY = "[a-z][a-z0-9_]{0,29}"
"""Regular expression of an item's key."""


@facts(
    place="checklist_no",
    on="from_on",
    # a list is of no area: what a visit is asked is told alike to whoever sees one
    seen_if="cardinality((SELECT grid.my_area())::text[]) > 0",
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class Checklist(Base):
    """A list for kinds of subject from ``from_on`` (inclusive) until the next list of that kind begins.

    Only one list of a kind begins on a day (an exclusion constraint), so that on each day a kind has one list.
    """

    __tablename__ = "checklist"
    __table_args__ = (
        all_of("kinds", SubjectKind),
        CheckConstraint("btrim(source) <> ''", name="sourced"),
        CheckConstraint("btrim(title) <> ''", name="titled"),
    )
    checklist_no: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    from_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
    """None: the upgrade brought it, and no file changes it."""


@facts(
    place="checklist_no",
    seen_if="cardinality((SELECT grid.my_area())::text[]) > 0",
    read=Permission.SEE_AREA,
    write=Permission.LOAD_FACTS,
)
class ChecklistItem(Base):
    """One item of a list; its key says the same in every list that has it."""

    __tablename__ = "checklist_item"
    __table_args__ = (
        # deferrable: two items of one file may exchange their places
        UniqueConstraint("checklist_no", "position_no", name="uq_checklist_item_position_no", deferrable=True),
        CheckConstraint(f"item ~ '^{ITEM_KEY}$'", name="item_key"),
        CheckConstraint("btrim(wording) <> ''", name="worded"),
    )
    checklist_no: Mapped[str] = mapped_column(ForeignKey("grid.checklist.checklist_no"), primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    position_no: Mapped[int] = mapped_column(Integer)
    wording: Mapped[str] = mapped_column(Text)
    wording_en: Mapped[str | None] = mapped_column(Text)
    article: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
