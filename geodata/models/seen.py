"""What somebody has seen already: first-visit hints that are closed, and notices up to a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission

_OWN = "login = (SELECT grid.acting())"


@facts(
    place="login",
    seen_if=_OWN,
    all_if=_OWN,
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.SEE_AREA,
)
class SeenHint(Base):
    """A first-visit hint that its reader closed for good, on whatever machine."""

    __tablename__ = "seen_hint"
    __table_args__ = (CheckConstraint("hint_key ~ '^[a-z][a-z0-9_]{0,59}$'", name="hint_plain"),)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"), primary_key=True)
    hint_key: Mapped[str] = mapped_column(Text, primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


@facts(
    place="login",
    seen_if=_OWN,
    all_if=_OWN,
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.SEE_AREA,
)
class SeenNotices(Base):
    """Up to which moment somebody has read what arrived in the own area; later is counted beside the name."""

    __tablename__ = "seen_notices"
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"), primary_key=True)
    seen_until_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
