"""Sessions of people who have signed in, and the devices an account is known at; neither is told to any page's role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import CIDR
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base, one_of
from geodata.words.session_words import Browser, OperatingSystem, SessionEnd, SignInWay


class Session(Base):
    """One sign-in of one browser; it is open while nobody has ended it and neither clock has run out.

    Of the secret that its cookie holds only a keyed hash is kept; of the browser two words, of the address its network.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("session_hash ~ '^[0-9a-f]{64}$'", name="hash_sha256"),
        one_of("sign_in_way", SignInWay),
        one_of("browser", Browser),
        one_of("operating_system", OperatingSystem),
        one_of("end_reason", SessionEnd),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
        Index("ix_session_login", "login"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"))
    session_hash: Mapped[str] = mapped_column(Text, unique=True)
    sign_in_way: Mapped[SignInWay] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    """Of its last request that a person made, to the minute: reading stays cheap."""
    browser: Mapped[Browser] = mapped_column(Text)
    operating_system: Mapped[OperatingSystem] = mapped_column(Text)
    network: Mapped[str | None] = mapped_column(CIDR)
    """The first three numbers of the address it began at, of IPv6 the first 48 bits."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[SessionEnd | None] = mapped_column(Text)


class KnownDevice(Base):
    """A browser in which an account was signed in; tries from there are counted apart from those of strangers."""

    __tablename__ = "known_device"
    __table_args__ = (CheckConstraint("device_hash ~ '^[0-9a-f]{64}$'", name="hash_sha256"),)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"), primary_key=True)
    device_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    """Keyed hash of the secret in the browser's long-lived cookie."""
    known_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    """Of the last sign-in there."""
