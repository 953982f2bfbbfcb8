"""Accounts (a person's way in; what it opens follows from the person's posts) and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission


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
    epoch: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Goes up when the password changes or the account is disabled: older sessions end."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


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
