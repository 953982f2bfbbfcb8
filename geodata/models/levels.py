"""The levels of the tree, and at which of them a post may be held: both the installation's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from geodata.levels import Level
from geodata.models.base import Base, one_of
from geodata.vocabulary import Role, Tier


class TreeLevel(Base):
    """A level with its rank (0: the root), the one above, the kinds of its units, and names where it has its own."""

    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("rank_no"),
        UniqueConstraint("above"),
        CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name="key_word"),
        CheckConstraint("(rank_no = 0) = (above IS NULL) AND rank_no >= 0", name="one_root"),
        CheckConstraint("(key = 'subject') = (cardinality(kinds) = 0)", name="has_kinds"),
        CheckConstraint("NOT has_several_roots OR rank_no = 0", name="several_roots_at_root"),
        CheckConstraint("btrim(zh) <> '' AND btrim(en) <> ''", name="named"),
    )
    key: Mapped[Level] = mapped_column(Text, primary_key=True)
    rank_no: Mapped[int] = mapped_column(Integer)
    above: Mapped[Level | None] = mapped_column(ForeignKey("grid.level.key"), type_=Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    zh: Mapped[str | None] = mapped_column(Text)
    en: Mapped[str | None] = mapped_column(Text)
    has_several_roots: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class RoleLevel(Base):
    """A post that may be held at a level over ``valid``; ``is_answering``: where its tier of the chain stands."""

    __tablename__ = "role_level"
    __table_args__ = (
        one_of("role", Role),
        one_of("tier", Tier),
        CheckConstraint("NOT isempty(valid)", name="valid_some_day"),
        CheckConstraint("btrim(source) <> ''", name="sourced"),
        ExcludeConstraint(("role", "="), ("level", "="), ("valid", "&&"), name="ex_role_level_once", using="gist"),
        ExcludeConstraint(
            ("tier", "="),
            ("level", "<>"),
            ("valid", "&&"),
            name="ex_role_level_tier_at_one",
            using="gist",
            where=text("is_answering"),
        ),
    )
    role: Mapped[Role] = mapped_column(Text, primary_key=True)
    level: Mapped[Level] = mapped_column(ForeignKey("grid.level.key"), type_=Text, primary_key=True)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, primary_key=True, server_default=text("'(,)'"))
    tier: Mapped[Tier] = mapped_column(Text)
    is_answering: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(Text)
