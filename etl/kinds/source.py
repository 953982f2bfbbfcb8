"""What a kind of fact is: its columns, the faults looked for, the tables it fills. One file per kind in ``sources``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Connection

from etl.kinds.cell_types import Cell
from geodata.locale import Lang

STAGE = "pg_temp.stage"
"""The temporary table a file's rows are copied into; SQL of a source calls it ``s``."""


MARKS = frozenset({"row_no", "faulty", "unread"})
"""What the staging table knows of a row beside what the file says."""


def columns_read(sql: str) -> frozenset[str]:
    """The staged columns an SQL text over ``s`` reads.

    Parameters
    ----------
    sql
        SQL in which every staged column stands as ``s.column``.

    Returns
    -------
    columns
        Names, without the marks of a row (number, faulty, unread).
    """
    return frozenset(re.findall(r"\bs\.(\w+)", sql)) - MARKS


class Shape(StrEnum):
    """The geometry a kind of fact carries."""

    POINT = "point"
    POLYGON = "polygon"


class Need(StrEnum):
    """When a column must be filled: always, only for a key not yet known, or never."""

    ALWAYS = "always"
    NEW = "new"
    MAY = "may"


Respell = tuple[tuple[str, str], ...]
"""Pairs of a regular expression and what goes in its place, one after the other: ``replace`` in a mapping."""


@dataclass(frozen=True)
class Field:
    """One column of a kind of fact; its headings, meaning and example stand in the catalogue under its name."""

    name: str
    cell: Cell
    need: Need = Need.MAY
    aliases: Mapping[str, Respell] = field(default_factory=lambda: MappingProxyType({}))
    """Other headings found in the wild, and how the cells under them are respelt."""
    secret: bool = False
    """Never shown nor written back, not even as a fault."""
    seldom: bool = False
    """Filled only in rows of a certain sort, which the example row of a template is not."""


@dataclass(frozen=True)
class RowCheck:
    """A fault found among the staged rows by SQL: ``where`` holds for a faulty row of ``s``.

    ``key`` names the sentence, ``column`` the column blamed; ``detail`` is an SQL text that fills the sentence's place.
    ``where`` may use the parameters ``:today``, ``:margin_km``, ``:tolerance_m``, ``:measure_epsg`` and
    ``:accept_renames``; it reads the staged columns it names as ``s.column``, and is asked of no row in which one of
    them, or the column blamed, could not be read.
    """

    key: str
    column: str
    where: str
    detail: str = "''"

    @property
    def reads(self) -> frozenset[str]:
        """The staged columns it depends on, the blamed one with them."""
        return columns_read(f"{self.where} {self.detail}") | {self.column}


@dataclass(frozen=True)
class Column:
    """A column of a table and the SQL that gives it from ``s`` (staged) and ``old`` (the row there now, or nulls).

    Written when the file has any of the staged columns ``needs``; one without ``needs`` is always written and must fall
    back on ``old``. A column the file does not have keeps what the table holds.
    """

    name: str
    sql: str
    needs: tuple[str, ...] = ()


def same_columns(*names: str) -> tuple[Column, ...]:
    """Columns that carry the staged column of the same name.

    Parameters
    ----------
    *names
        Columns of a table that are called as the staged ones.

    Returns
    -------
    columns
        In the order given; each is written only when the file has it.
    """
    return tuple(Column(name, f"s.{name}", (name,)) for name in names)


@dataclass(frozen=True)
class Target:
    """A table of schema ``grid`` filled from the stage by its natural key."""

    table: str
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    replace: bool = False
    """Changed rows are taken out before they are put back, so that an exclusion constraint sees only the end state."""


@dataclass(frozen=True)
class Counts:
    """What became of the rows written: new, changed, or already the same."""

    new: int
    changed: int
    same: int


@dataclass(frozen=True)
class Export:
    """How a kind is read back from its table ``t``, so that loading what was written changes nothing."""

    table: str
    within: str
    """SQL over ``t``: the row belongs to one of the units ``:codes``."""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Field → its SQL over ``t``, where it is not the column of that name."""
    geometry: str = "NULL"
    """SQL of the shape in EPSG:4490."""
    private: frozenset[str] = frozenset()
    """Fields that are never written."""
    order: str = ""
    """SQL; blank: by the kind's key."""


@dataclass(frozen=True)
class OpenFields:
    """Fields of a kind that no code names: the database does, and a heading says them by itself."""

    field_of: Callable[[str], Field | None]
    """Heading → the field it names; None: it names none."""
    check: Callable[[Field], RowCheck]
    """What is looked for in the column of such a field."""
    sql: Callable[[Field], str]
    """SQL of such a field over ``t``, for an export."""
    known: Callable[[Connection, Lang], tuple[tuple[Field, str], ...]]
    """The fields there are, each with its heading in a language."""
    asked: Callable[[Connection], frozenset[str]]
    """Names of those asked for today or later, of the kind's own among them; a template has no other."""
    answers: Cell
    """The cell by which such fields are known."""
    prefix: str
    """How the names of such fields begin."""


Write = Callable[[Connection, frozenset[str], int], Counts]


@dataclass(frozen=True)
class Source:
    """A kind of fact that offices send."""

    kind: str
    order: int
    """Place in the load order of a folder: what is referred to comes first."""
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    """Staged columns that together name one fact; two rows of a file may not say different things about one key."""
    export: Export
    targets: tuple[Target, ...] = ()
    repeated: str = ""
    """The sentence for rows of one key where even the same may not be said twice; blank: the same counts once."""
    derive: tuple[tuple[str, str], ...] = ()
    """(staged column, SQL over ``s``) filled in where the file says nothing; ``:valid_from`` is the load's own date."""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Staged columns that no file has, with their SQL type."""
    index: tuple[str, ...] = ()
    """Staged columns by which the checks and ``derive`` look rows up, beside the key."""
    frame: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    """Adds ``extra`` columns that Python knows and SQL does not; takes and gives the parsed frame."""
    frame_reads: tuple[str, ...] = ()
    """The fields ``frame`` makes them of."""
    checks: tuple[RowCheck, ...] = ()
    shape: Shape | None = None
    write: Write | None = None
    """Instead of ``targets``, for a kind whose versions need more than an upsert."""
    open: OpenFields | None = None
    """The fields beside ``fields``, where the database names some."""

    def with_fields(self, found: Iterable[Field]) -> Source:
        """The kind with those fields that no code names.

        Parameters
        ----------
        found
            Fields of this kind, in any order; its own among them are passed over.

        Returns
        -------
        source
            The same where there are none, else with their checks and the SQL that reads them back.
        """
        own = {each.name for each in self.fields}
        more = {each.name: each for each in found if each.name not in own}
        if self.open is None or not more:
            return self
        columns = {**self.export.columns, **{each.name: self.open.sql(each) for each in more.values()}}
        return replace(
            self,
            fields=(*self.fields, *more.values()),
            checks=(*self.checks, *map(self.open.check, more.values())),
            export=replace(self.export, columns=columns),
        )

    def field_named(self, name: str) -> Field:
        """The field of that name.

        Parameters
        ----------
        name
            Name of a field of this kind.

        Returns
        -------
        field
            The field.

        Raises
        ------
        KeyError
            There is none.
        """
        return {each.name: each for each in self.fields}[name]

    def cell_of(self, name: str) -> Cell | None:
        """How the column of a field is read, of those too that no code names.

        Parameters
        ----------
        name
            Name of a field, or of something else that a fault is blamed on.

        Returns
        -------
        cell
            None where no field is called so.
        """
        own = next((each.cell for each in self.fields if each.name == name), None)
        if own is not None or self.open is None:
            return own
        return self.open.answers if name.startswith(self.open.prefix) else None
