"""Effective-dated rules: every assumption and threshold is a row with a date and a source, never a constant."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission


@facts(
    place="key",
    on="from_on",
    # a rule is of no area: everybody is judged by the same
    seen_if="(SELECT grid.signed_in()) IS NOT NULL",
    read=Permission.SEE_AREA,
    write=Permission.MANAGE_RULES,
    audit=Audit.EVERYTHING,
    taken_back_if="grid.may_rule()",
)
class Rule(Base):
    """The value of ``key`` for ``scope`` from ``from_on`` (inclusive) until its next row.

    What each rule may be stands at ``geodata.rule_kinds``, and ``grid.rule_kind`` holds every row to it.
    """

    __tablename__ = "rule"
    __table_args__ = (CheckConstraint("btrim(source) <> ''", name="sourced"),)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True, server_default=text("''"))
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
    """None: it came with the program."""
