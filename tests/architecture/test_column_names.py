"""A column's name says what it is (docs/naming.md); what does not follow is listed there, and the list only shrinks."""

from __future__ import annotations

import re

from geoalchemy2 import Geometry
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, Numeric
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, DATERANGE

from geodata.models import Base
from tests.architecture.source import PROJECT

PAGE = (PROJECT / "docs" / "naming.md").read_text(encoding="utf-8")
RULES, EXCEPTIONS = PAGE.split("## What exists and does not follow")
LISTED = set(re.findall(r"^\| `(\w+\.\w+)` \| .+ \|$", EXCEPTIONS, flags=re.MULTILINE))
AT_MOST = 22
NUMBER = re.compile(r"^(rows|items)_\w+$|^(id|share)$|_(id|no|m|m2|mu|days|hours|bytes|share|x|y)$")
# What a name's form promises, and the names that have the form.
PROMISES = (
    (Date, re.compile(r"_on$")),
    (DateTime, re.compile(r"_at$")),
    (Boolean, re.compile(r"^(is|has)_")),
    ((DATERANGE, DATEMULTIRANGE), re.compile(r"^valid$|_days$")),
    (Geometry, re.compile(r"^(source_)?(geom|point)$")),
    ((Integer, Numeric, Float), NUMBER),
)
COLUMNS = {f"{table.name}.{column.name}": column for table in Base.metadata.sorted_tables for column in table.columns}


def follows(column: Column[object]) -> bool:
    """The type asks for the name, and, for days, moments and yes or no, the name for the type."""
    kinds = [(kinds, form) for kinds, form in PROMISES if isinstance(column.type, kinds)]
    promised = [kinds for kinds, form in PROMISES[:3] if form.search(column.name)]
    return all(form.search(column.name) for _, form in kinds) and all(isinstance(column.type, k) for k in promised)


def test_every_column_follows_or_is_listed_with_its_reason():
    assert len(COLUMNS) > 150
    assert {name for name, column in COLUMNS.items() if not follows(column)} == LISTED


def test_a_moment_has_its_time_zone():
    assert [n for n, column in COLUMNS.items() if isinstance(column.type, DateTime) and not column.type.timezone] == []


def test_the_list_only_shrinks():
    assert len(LISTED) <= AT_MOST


def test_the_rules_are_kept_by_the_right_columns():
    """A column with a false name of each sort is found."""
    for false in (
        Column("seen", Date()),
        Column("seen_at", Date()),
        Column("seen_on", DateTime(timezone=True)),
        Column("ready", Boolean()),
        Column("is_ready", Integer()),
        Column("area", Numeric()),
        Column("width", Float()),
        Column("open", DATERANGE()),
    ):
        assert not follows(false), false.name
