"""What people ask from a page (意见反馈) and what is answered; which hints and notices somebody has seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission

_SEEN = "login = (SELECT grid.acting()) OR (SELECT grid.may_everywhere('answer_feedback'))"


@facts(
    place="login",
    seen_if=_SEEN,
    all_if=_SEEN,
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.ANSWER_FEEDBACK,
    write=Permission.SEE_AREA,
)
class Feedback(Base):
    """One message about a page; it is open until it is answered, and goes with the account that wrote it."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("btrim(message) <> '' AND char_length(message) <= 2000", name="message_said"),
        CheckConstraint(r"page_address ~ '^/([^/\\]|$)' AND char_length(page_address) <= 2000", name="address_of_page"),
        CheckConstraint("page_address !~ '[[:cntrl:]]'", name="address_plain"),
        CheckConstraint("btrim(answer) <> '' AND char_length(answer) <= 2000", name="answer_said"),
        CheckConstraint("num_nonnulls(answer, answered_by, answered_at) IN (0, 3)", name="answered_by_somebody"),
        Index("ix_feedback_login", "login"),
        Index("ix_feedback_asked_at", "asked_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"))
    """Who asks."""
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    page_address: Mapped[str | None] = mapped_column(Text)
    """The page it was written on, path and question; NULL where the browser does not tell."""
    message: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Text)
    """Login of whoever said the answer that stands."""
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


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
