"""What a sheet is: its kind of fact, its columns, and whether enough is said to read it at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.kinds.source import Shape, Source
from etl.readers.sheet import Sheet, unreadable_file
from etl.recognise.field_words import field_heading, kind_name
from etl.recognise.headings import Mapped, missing_fields, recognise_columns, repeated_headings
from etl.recognise.recognise_kind import kind_by_headings, kind_by_name
from etl.recognise.shape_columns import boundary_places, with_boundaries
from etl.recognise.unclear_headings import guard_headings
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import translate
from geodata.settings import settings
from geodata.vocabulary import Datum


@dataclass(frozen=True)
class Plan:
    """A sheet and how it will be read."""

    sheet: Sheet
    source: Source
    columns: tuple[Mapped, ...]
    datum: Datum | None = None
    """The datum a mapping declares."""
    converted: bool = False
    """Whether a mapping has brought the coordinates into that datum already, from an EPSG code."""
    duplicates: str = "reject"
    """Which of the rows that say different things of one key stands: the ``first``, the ``last``, or none."""
    beside: tuple[str, ...] = ()
    """Headings of the file a mapping does not use."""
    reject_share: float = 0
    """The share of faulty rows a mapping lets be left out."""
    read_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field name → the headings its text was made of, where a mapping made it."""

    original: Sheet | None = None
    """The sheet as it stands in the file, where ``sheet`` is what is made of it."""
    shape_places: tuple[int, ...] = ()
    """The columns, in the file, that hold the shape as text."""
    turn: int = 0
    """The place of its table in the mapping."""
    assigned: frozenset[str] = frozenset()
    """Fields the database finds where the file does not say them."""

    @property
    def made(self) -> bool:
        """Whether a mapping has made the rows, which has looked at those of the file itself."""
        return bool(self.read_from)

    def datum_given(self, said: Datum | None) -> Datum | None:
        """The datum of the coordinates: what the person says of the load goes before what the mapping says.

        Parameters
        ----------
        said
            What the person says; None: nothing.

        Returns
        -------
        datum
            That of what a mapping has converted cannot be said otherwise; None: not declared.
        """
        return self.datum if self.converted else said or self.datum

    @property
    def titles(self) -> dict[str, str]:
        """Field name → heading in the file."""
        return {each.field.name: each.heading for each in self.columns}

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of the file that are no field."""
        places = {each.place for each in self.columns} | set(self.shape_places)
        return self.beside + tuple(
            title for place, title in enumerate(self.sheet.headings) if place not in places and title.strip()
        )

    @property
    def present(self) -> frozenset[str]:
        """The staged columns the file speaks about."""
        shaped = {Shape.POINT: {"lon", "lat"}, Shape.POLYGON: {"geom"}}
        from_shape = shaped[self.source.shape] if self.sheet.spatial and self.source.shape else set()
        return frozenset({each.field.name for each in self.columns} | from_shape | self.assigned)


def _source(sheet: Sheet, kind: str | None, *, alone: bool) -> Source:
    names = (sheet.name, sheet.file.stem) if alone else (sheet.name,)
    if not any(title.strip() for title in sheet.headings):
        raise unreadable_file("no_headings" if sheet.rows != 0 else "empty", sheet.file)
    found = kind or kind_by_name(*names) or kind_by_headings(sheet.headings, cut=sheet.cut)
    if found is None:
        kinds = translate("list.comma", settings().lang).join(kind_name(each) for each in discover())
        seen = translate("list.comma", settings().lang).join(sheet.headings[:6])
        raise unreadable_file(
            "unknown_kind" if alone else "unknown_sheet",
            sheet.file,
            sheet=sheet.name or sheet.file.stem,
            kinds=kinds,
            headings=seen,
        )
    if found not in discover():
        raise UserError("etl.no_such_kind", kind=found, kinds=" ".join(discover()))
    return discover()[found]


def without_hidden(found: Sequence[Sheet]) -> tuple[list[Sheet], list[Sheet]]:
    """The sheets to be read, and the hidden ones that do not say themselves what they are: the words of its lists.

    What a person says of a file is not said of what they do not see. A file of such sheets alone is read as any.

    Parameters
    ----------
    found
        All sheets of a file.

    Returns
    -------
    read, aside
        Both in the file's order.
    """
    aside = [
        each
        for each in found
        if each.hidden and kind_by_name(each.name) is None and kind_by_headings(each.headings, cut=each.cut) is None
    ]
    if len(aside) == len(found):
        return list(found), []
    return [each for each in found if each not in aside], aside


def plan_sheet(
    sheet: Sheet, kind: str | None, datum: Datum | None, corrected: Mapping[str, str] | None = None, *, alone: bool
) -> Plan:
    """How to read a sheet.

    Parameters
    ----------
    sheet
        The sheet as it stands in the file.
    kind
        The kind of fact as a person says it; None: by name, then by headings.
    datum
        The declared datum of its coordinates; None: in a column, or there are none.
    corrected
        What a person says of its columns: folded heading → field name (empty: leave it out).
    alone
        Whether it is the only one of its file, so that the file's name may tell its kind.

    Returns
    -------
    plan
        With a column for every field recognised, the needed ones among them.

    Raises
    ------
    UserError
        There are no headings, the kind cannot be told or does not exist, a needed column is missing, two columns are
        one field, a correction names no field, or geometry comes without a declared datum.
    """
    source = _source(sheet, kind, alone=alone)
    columns = recognise_columns(source, sheet.headings, corrected, cut=sheet.cut)
    source = source.with_fields(each.field for each in columns)
    if both := repeated_headings(columns):
        raise unreadable_file("twice_heading", sheet.file, sheet=sheet.name or sheet.file.stem, headings=both)
    lacking = missing_fields(source, columns)
    if lacking:
        names = translate("list.comma", settings().lang).join(
            f"{field_heading(source.kind, name)} ({name})" for name in lacking
        )
        raise unreadable_file(
            "lacks_columns", sheet.file, sheet=sheet.name or sheet.file.stem, kind=kind_name(source.kind), columns=names
        )
    as_text = source.shape is Shape.POLYGON and not sheet.spatial
    shape = boundary_places(sheet, corrected) if as_text else ()
    read = with_boundaries(guard_headings(sheet, source.kind), shape)
    says_datum = datum is not None or any(each.field.name == "datum" for each in columns)
    if read.spatial and source.shape is not None and not says_datum:
        raise datum_needed(sheet)
    return Plan(read, source, columns, original=sheet, shape_places=shape)


def datum_needed(sheet: Sheet) -> UserError:
    """The refusal of coordinates nobody has declared the datum of.

    Parameters
    ----------
    sheet
        Its file is named, and the CRS it claims.

    Returns
    -------
    error
        To be raised.
    """
    if sheet.crs:
        return unreadable_file("datum_needed_claimed", sheet.file, crs=sheet.crs if len(sheet.crs) < 40 else "CRS")
    return unreadable_file("datum_needed", sheet.file)
