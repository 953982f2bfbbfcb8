"""What the upgrade writes down for the database itself: how tables of facts are kept, and what stands there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, INT4RANGE, NUMRANGE
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base


class FactTable(Base):
    """One registered table of facts; what each column means stands at ``geodata.models.facts.Facts``."""

    __tablename__ = "fact_table"
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[str] = mapped_column(Text)
    on_column: Mapped[str | None] = mapped_column(Text)
    read: Mapped[str] = mapped_column(Text)
    write: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    seen_if: Mapped[str | None] = mapped_column(Text)
    all_if: Mapped[str] = mapped_column(Text)
    secret: Mapped[list[str]] = mapped_column(ARRAY(Text))
    loaded: Mapped[bool] = mapped_column(Boolean)
    undoable: Mapped[bool] = mapped_column(Boolean)
    revises: Mapped[bool] = mapped_column(Boolean)
    audit: Mapped[str] = mapped_column(Text)
    by_hand: Mapped[bool] = mapped_column(Boolean)
    freezes_chain: Mapped[bool] = mapped_column(Boolean)
    on_merge: Mapped[str | None] = mapped_column(Text)


class SchemaState(Base):
    """The one row that says by which code the schema was made and what then stood in the catalogue."""

    __tablename__ = "schema_state"
    __table_args__ = (CheckConstraint("single", name="one_row"),)
    single: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default=text("true"))
    made_by: Mapped[str] = mapped_column(Text)
    """Checksum of the code's migrations, schema files, registry and settings."""
    catalogue: Mapped[str] = mapped_column(Text)
    """Fingerprint of what the database's catalogue then said of schema ``grid``."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class PermissionGrant(Base):
    """One permission of one post; what it means stands at ``geodata.permissions.Grant``."""

    __tablename__ = "permission_grant"
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    permission: Mapped[str] = mapped_column(Text, primary_key=True)
    reach: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)


class PostGrantor(Base):
    """What giving or ending a post asks for; ``geodata.permissions.GIVEN_BY``."""

    __tablename__ = "post_grantor"
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    permission: Mapped[str] = mapped_column(Text)


class RuleKindRow(Base):
    """One rule there may be values of; ``geodata.rule_kinds.RuleKind``."""

    __tablename__ = "rule_kind"
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value_kind: Mapped[str] = mapped_column(Text)
    scope_pattern: Mapped[str] = mapped_column(Text)
    has_open_scope: Mapped[bool] = mapped_column(Boolean)
    bounds: Mapped[Any | None] = mapped_column(NUMRANGE)
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    list_length: Mapped[Any] = mapped_column(INT4RANGE)
    text_length: Mapped[Any] = mapped_column(INT4RANGE)
    has_past: Mapped[bool] = mapped_column(Boolean)
