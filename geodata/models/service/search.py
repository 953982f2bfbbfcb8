"""What the search looks in; kept by triggers (``schema/search.sql``), so that nothing else has to think of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base


class SearchReading(Base):
    """How one Chinese sign is read, without tones; the usual reading first."""

    __tablename__ = "search_reading"
    sign: Mapped[str] = mapped_column(Text, primary_key=True)
    readings: Mapped[list[str]] = mapped_column(ARRAY(Text))


class SearchKindRow(Base):
    """One kind of thing that is found; what each column means stands at ``geodata.search_kinds.SearchKind``."""

    __tablename__ = "search_kind"
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    order_no: Mapped[int] = mapped_column(Integer)
    entries: Mapped[str] = mapped_column(Text)
    feeds: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class SearchEntry(Base):
    """One thing that is found; nobody reads it but ``grid.search_found``, which asks whose area it lies in."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_terms", "terms", "units", postgresql_using="gin"),)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    forms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """A letter that says what it is (``schema/search.sql``), and the text in that form."""
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text(collation="C")))
    """Pieces of the forms, by which an index finds them."""
    units: Mapped[list[str]] = mapped_column(ARRAY(Text(collation="C")))
    """Codes of the units it is seen from: whoever has one of them in the own area sees it."""
