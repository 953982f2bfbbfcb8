"""Effective-dated rules: every assumption and threshold is a row with a date and a source, never a constant."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base


class Rule(Base):
    """The value of ``key`` for ``scope`` from ``from_on`` (inclusive) until its next row."""

    __tablename__ = "rule"
    __table_args__ = (CheckConstraint("btrim(source) <> ''", name="sourced"),)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True, server_default=text("''"))
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(Text)
