"""Grid units and their dated versions, at the levels of the installation."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    collate,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geodata.levels import Level
from geodata.models.base import Base, one_of
from geodata.models.facts import facts
from geodata.permissions import Permission
from geodata.vocabulary import Datum, UnitKind


@facts(place="code", read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class Unit(Base):
    """A code of the grid and its level, for ever; what it is called and where it lies is dated."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "level"),
        ForeignKeyConstraint(["level"], ["grid.level.key"], name="fk_unit_level"),
        CheckConstraint("level <> 'subject'", name="level_of_units"),
    )
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[Level] = mapped_column(Text)


@facts(place="code", key="code", carries="unit", read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)
class UnitVersion(Base):
    """Name, kind, parent and boundary of a unit over ``valid`` (a daterange, upper bound exclusive).

    The parent is of the level right above, a unit of the root's level has none: ``schema/levels.sql`` refuses others.
    """

    __tablename__ = "unit_version"
    __table_args__ = (
        ForeignKeyConstraint(["code", "level"], ["grid.unit.code", "grid.unit.level"], name="fk_unit_version_code"),
        ForeignKeyConstraint(["parent_code"], ["grid.unit.code"], name="fk_unit_version_parent"),
        # in a collation of its own, so that look-ups by code go by the plain index
        ExcludeConstraint(
            (collate(column("code"), "C"), "="), ("valid", "&&"), name="ex_unit_version_one_per_day", using="gist"
        ),
        CheckConstraint("NOT isempty(valid)", name="valid_some_day"),
        CheckConstraint("(geom IS NULL) = (source_datum IS NULL)", name="geom_has_datum"),
        CheckConstraint("geom IS NULL OR ST_IsValid(geom)", name="geom_valid"),
        one_of("kind", UnitKind),
        one_of("source_datum", Datum),
        Index("ix_unit_version_code", "code"),
        Index("ix_unit_version_geom", "geom", postgresql_using="gist"),
        Index("ix_unit_version_parent_code", "parent_code"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    level: Mapped[Level] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[UnitKind] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text)
    schematic: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    geom: Mapped[Any | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4490, spatial_index=False))
    source_datum: Mapped[Datum | None] = mapped_column(Text)
    source_geom: Mapped[Any | None] = mapped_column(Geometry("MULTIPOLYGON", srid=-1, spatial_index=False))
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, server_default=text("'(,)'"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)
