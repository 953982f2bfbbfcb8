"""People whose personal data were erased by law: kept by number alone, so that nothing brings the data back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, Text
from sqlalchemy.orm import Mapped, mapped_column

from geodata.models.base import Base
from geodata.models.facts import Audit, facts
from geodata.permissions import Permission

_SEEN = "(SELECT grid.may_everywhere('read_audit'))"


@facts(
    place="person_no",
    seen_if=_SEEN,
    all_if=_SEEN,
    loaded=False,
    undoable=False,
    revises=False,
    audit=Audit.OWN,
    read=Permission.READ_AUDIT,
    write=Permission.MANAGE_ACCOUNTS,
)
class ErasedPerson(Base):
    """An erasing (PIPL art 47); the person's row stays for what refers to it, called ``grid.erased_name()``."""

    __tablename__ = "erased_person"
    __table_args__ = (CheckConstraint("btrim(basis) <> ''", name="basis_given"),)
    person_no: Mapped[str] = mapped_column(Text, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    basis: Mapped[str] = mapped_column(Text)
    """The request or order it rests on, by its number; no name."""
    is_synthetic: Mapped[bool] = mapped_column(Boolean)
    """Of a demonstration: another one may have that number for somebody else."""
