"""Jobs: what is done beside the pages, on whose behalf, how far it is and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission
from geodata.vocabulary import OPEN_JOBS, JobState

_OPEN = "state IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(OPEN_JOBS, reverse=True)))
_SEEN = "login = (SELECT grid.acting()) OR (SELECT grid.may_everywhere('see_jobs'))"


@facts(
    place="login",
    seen_if=_SEEN,
    all_if=_SEEN,
    loaded=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_JOBS,
    write=Permission.SEE_JOBS,
)
class Job(Base):
    """One job of somebody's; the queue (schema ``grid_queue``) knows nothing of it but its number."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JobState),
        CheckConstraint("0 <= items_done AND items_done <= items_all", name="items_counted"),
        CheckConstraint(f"({_OPEN}) = (ended_at IS NULL)", name="over_at"),
        CheckConstraint("state NOT IN ('done', 'failed') OR outcome IS NOT NULL", name="outcome_told"),
        Index("ux_job_key_open", "job_key", unique=True, postgresql_where=text(_OPEN)),
        Index("ix_job_login_id", "login", "id"),
        Index("ix_job_ended_at", "ended_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login"))
    """Whose work it is: what it may see and do is what that account may at the moment it runs."""
    address: Mapped[str] = mapped_column(Text)
    """The network address it was asked from, for the audit trail."""
    lang: Mapped[str] = mapped_column(Text)
    job_key: Mapped[str] = mapped_column(Text)
    """Of jobs with one key, one is open at a time: asked again, the one there is meant."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    queue_id: Mapped[int | None] = mapped_column(BigInteger)
    attempt_no: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    items_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    items_all: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    step: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What is done now: ``key`` of the catalogue and its ``values``."""
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What came of it, told like a step."""
    is_stopping: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
