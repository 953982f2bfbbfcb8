"""Views that somebody saved, and notes pinned to a unit or a place."""

from __future__ import annotations

from datetime import date, datetime

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission

_MINE = "login = (SELECT grid.acting())"
_SEEN = f"{_MINE} OR (is_shared AND unit_codes && (SELECT grid.my_area() || grid.my_superiors())::text[])"


@facts(
    place="login",
    seen_if=_SEEN,
    all_if=f"grid.sees_all() AND (is_shared OR {_MINE})",
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.SEE_AREA,
)
class SavedView(Base):
    """The address of a page under a name; seen by whoever saved it, and where it is shared by all of the same area."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("name = btrim(name) AND name <> '' AND char_length(name) <= 60", name="name_said"),
        CheckConstraint(r"page_address ~ '^/([^/\\]|$)' AND char_length(page_address) <= 4000", name="address_of_page"),
        CheckConstraint("page_address !~ '[[:cntrl:]]'", name="address_plain"),
        Index("uq_saved_view_login_name", "login", "name", unique=True),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"))
    """Who saved it."""
    name: Mapped[str] = mapped_column(Text)
    page_address: Mapped[str] = mapped_column(Text)
    """Path and question of the page."""
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"))
    unit_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """The units by whose posts it was saved; whoever is of one, below it or above it sees what is shared."""
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


@facts(
    place="unit_code",
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.SEE_AREA,
    write=Permission.SEE_AREA,
)
class MapNote(Base):
    """A few words at a unit or at a place, for some days; seen by whoever is of the unit, below or above it."""

    __tablename__ = "map_note"
    __table_args__ = (
        CheckConstraint("body = btrim(body) AND body <> '' AND char_length(body) <= 300", name="body_said"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        Index("ix_map_note_login", "login"),
        Index("ix_map_note_unit_code", "unit_code"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("grid.account.login", ondelete="CASCADE"))
    """Who wrote it."""
    body: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(Text)
    """The unit; of a place the village it lies in."""
    point: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", 4490, spatial_index=False))
    """The place; NULL for the unit as a whole."""
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    """Last day it is shown, inclusive."""
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
