"""Accounts (a person's way in; what it opens follows from the person's posts), their tokens, and the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission
from geodata.vocabulary import TokenEnd


@facts(
    place="person_no",
    seen_if="login = (SELECT grid.signed_in()) OR (SELECT grid.may_everywhere('see_accounts'))",
    all_if="grid.may_everywhere('see_accounts')",
    secret=("password_hash",),
    loaded=False,
    revises=False,
    audit=Audit.EVERYTHING,
    read=Permission.SEE_ACCOUNTS,
    write=Permission.MANAGE_ACCOUNTS,
)
class Account(Base):
    """How one person signs in; roles and areas are never stored here, they are the person's posts of the day."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(btrim(login)) AND login <> ''", name="login_plain"),
        CheckConstraint("left(password_hash, 7) = '$argon2'", name="password_argon2"),
    )
    login: Mapped[str] = mapped_column(Text, primary_key=True)
    person_no: Mapped[str] = mapped_column(ForeignKey("grid.person.person_no"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    oidc_subject: Mapped[str | None] = mapped_column(Text, unique=True)
    disabled: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


_SEEN_BY_OWNER = "login = (SELECT grid.signed_in()) OR (SELECT grid.may_everywhere('see_accounts'))"


@facts(
    place="unit_code",
    seen_if=_SEEN_BY_OWNER,
    all_if=_SEEN_BY_OWNER,
    secret=("token_hash",),
    loaded=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.SEE_AREA,
)
class Token(Base):
    """A key a person has made for a program that reads feeds on the own behalf; what it opens is worked out each time.

    Only its hash is kept: a secret drawn at random needs no slow one.
    """

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint("name = btrim(name) AND char_length(name) BETWEEN 1 AND 60", name="name_plain"),
        CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="hash_sha256"),
        one_of("end_reason", TokenEnd),
        CheckConstraint("(revoked_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
        Index("uq_token_login_name", "login", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
        Index("ix_token_unit_code", "unit_code"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    """What its owner calls it."""
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("grid.unit.code", ondelete="CASCADE"))
    """Its reach: the unit and all below it; NULL: whatever the owner sees that day. It goes with its unit."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it opens anything."""
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """To the minute: reading stays cheap."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[TokenEnd | None] = mapped_column(Text)


class AuditEntry(Base):
    """Who did what, when, from which address; rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_login_at", "login", "at"),
        Index("ix_audit_row_key_at", "row_key", "at"),
        Index("ix_audit_address_at", "address", "at"),
        Index("ix_audit_merge_no", "merge_no", postgresql_where=text("merge_no IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    login: Mapped[str | None] = mapped_column(Text)
    db_role: Mapped[str] = mapped_column(Text, server_default=text("session_user"))
    address: Mapped[str | None] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    table_name: Mapped[str | None] = mapped_column(Text)
    row_key: Mapped[str | None] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    merge_no: Mapped[int | None]
    """The merge of subjects that made the change, or took it back."""
