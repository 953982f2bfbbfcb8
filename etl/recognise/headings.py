"""Headings and names: which kind of fact a sheet holds, and which of its columns is which field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from etl.kinds.source import Field, Need, Respell, Source
from etl.readers.sheet import Sheet
from etl.recognise.field_words import field_heading, heading_spellings, kind_name
from etl.sources import discover
from geodata.errors import UserError
from geodata.levels import Levels, current_levels
from geodata.locale import Lang

# dBASE cuts a heading to ten bytes
_DBF_BYTES = 9


def fold_heading(heading: str) -> str:
    """A heading as compared: without case, spaces, required marks and bracketed remarks.

    Parameters
    ----------
    heading
        As it stands in the file, on one line or several.

    Returns
    -------
    folded
        NFKC; spaces, hyphens and underscores between Latin words are one ``_``; maybe empty.
    """
    plain = unicodedata.normalize("NFKC", heading).strip().casefold()
    plain = re.sub(r"\([^()]*\)|\*", "", plain).strip(" :")
    # Chinese is spread out to fill a cell (姓 名) or broken over two lines
    plain = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", plain)
    return re.sub(r"[\s\-_]+", "_", plain)


def _spellings(kind: str) -> dict[str, tuple[Field, Respell]]:
    return _spellings_where(kind, current_levels())


@lru_cache(maxsize=128)
def _spellings_where(kind: str, _levels: Levels) -> dict[str, tuple[Field, Respell]]:
    """The spellings where an installation's levels are in use: what it writes itself goes before what others write."""
    fields = discover()[kind].fields
    found: dict[str, tuple[Field, Respell]] = {}
    for each in fields:
        for spelt in (each.name, *(field_heading(kind, each.name, lang) for lang in Lang)):
            found[fold_heading(spelt)] = (each, ())
    for each in fields:
        for spelt in heading_spellings(kind, each.name):
            found.setdefault(fold_heading(spelt), (each, ()))
        for alias, respell in each.aliases.items():
            found.setdefault(fold_heading(alias), (each, respell))
    return found


def _meant(kind: str, title: str) -> tuple[Field, Respell] | None:
    """The field a heading names, also in both languages at once (编码 / code)."""
    spellings = _spellings(kind)
    hit = spellings.get(fold_heading(title))
    if hit is None:
        parts = [spellings.get(fold_heading(part)) for part in re.split(r"[/|\n]", title) if part.strip()]
        if parts and parts[0] is not None and all(part is not None and part[0] is parts[0][0] for part in parts):
            hit = parts[0]
    if hit is None and (beside := discover()[kind].open) is not None and (field := beside.field_of(title)) is not None:
        hit = spellings.get(fold_heading(field.name), (field, ()))
    return hit


def field_named(kind: str, title: str) -> Field | None:
    """The field ``title`` is a heading of.

    Parameters
    ----------
    kind, title
        The kind of fact; a heading.

    Returns
    -------
    field
        By its name, its heading in either language or an alias; None when it is a heading of none.
    """
    hit = _meant(kind, title)
    return hit[0] if hit is not None else None


def names_field(kind: str, title: str, name: str) -> bool:
    """Whether ``title`` is a heading of a field.

    Parameters
    ----------
    kind, title, name
        The kind of fact; a heading; the name of a field of the kind, of those too that no code names.

    Returns
    -------
    names
        Also when it names the field in both languages at once.
    """
    found = field_named(kind, title)
    return found is not None and found.name == name


def _is_long(title: str) -> bool:
    return len(title.encode()) >= _DBF_BYTES


def shorten_heading(sheet: Sheet, title: str) -> bool:
    """Whether a heading may be the beginning of a longer one that the sheet's format has cut.

    Parameters
    ----------
    sheet, title
        The sheet; a heading of it.

    Returns
    -------
    shortened
        True where the format cuts headings and this one is nine bytes long or more.
    """
    return sheet.cut and _is_long(title)


@dataclass(frozen=True)
class Mapped:
    """A column of a file that is a field: its place, its heading there, and how its cells are respelt."""

    field: Field
    place: int
    heading: str
    respell: Respell = ()


def recognise_columns(
    source: Source, headings: Sequence[str], corrected: Mapping[str, str] | None = None, *, cut: bool = False
) -> tuple[Mapped, ...]:
    """The columns of a file that ``source`` knows, in file order.

    Parameters
    ----------
    source, headings
        The kind of fact; the headings of the file, column by column.
    corrected
        What a person says: folded heading → field name (empty: leave it out); it goes before what the headings seem to
        mean. A heading after its kind and a dot (``subjects.name``) is corrected in sheets of that kind alone.
    cut
        Whether the format may have shortened headings; one that begins a single field's heading then is it.

    Returns
    -------
    columns
        Those that are fields; two may claim the same one.

    Raises
    ------
    UserError
        A correction names no field.
    """
    spellings = _spellings(source.kind)
    said = corrected or {}
    found: list[Mapped] = []
    for place, title in enumerate(headings):
        spelt = next((each for each in corrections_of(source.kind, title) if each in said), None)
        if spelt is not None:
            found += _said(source, place, title, said[spelt])
            continue
        hit = _meant(source.kind, title)
        if hit is None and cut and _is_long(title):
            longer = {hit[0].name: hit for spelt, hit in spellings.items() if spelt.startswith(fold_heading(title))}
            hit = next(iter(longer.values())) if len(longer) == 1 else None
        if hit is not None:
            found.append(Mapped(hit[0], place, title, hit[1]))
    return tuple(found)


def repeated_headings(columns: Sequence[Mapped]) -> str:
    """The headings of the first field that two columns claim; blank without any.

    Parameters
    ----------
    columns
        The columns recognised.

    Returns
    -------
    headings
        As in the file, separated by ``, ``.
    """
    met = [each.field.name for each in columns]
    again = next((name for name in met if met.count(name) > 1), None)
    return ", ".join(each.heading for each in columns if each.field.name == again)


def map_headings(
    source: Source, headings: Sequence[str], corrected: Mapping[str, str] | None = None, *, cut: bool = False
) -> tuple[Mapped, ...]:
    """As ``recognise_columns``, where no two columns may be the same field.

    Parameters
    ----------
    source, headings, corrected, cut
        As for ``recognise_columns``.

    Returns
    -------
    columns
        In file order.

    Raises
    ------
    UserError
        When two columns are the same field, or a correction names no field.
    """
    found = recognise_columns(source, headings, corrected, cut=cut)
    if both := repeated_headings(found):
        raise UserError("etl.twice_heading", headings=both)
    return found


def corrections_of(kind: str, title: str) -> tuple[str, str]:
    """The keys under which a person may correct a heading: in sheets of one kind of fact, or in all.

    Parameters
    ----------
    kind, title
        The kind of fact of a sheet; a heading of it.

    Returns
    -------
    of_kind, of_all
        Folded; the first goes before the second.
    """
    return fold_heading(f"{kind}.{title}"), fold_heading(title)


def _said(source: Source, place: int, title: str, name: str) -> list[Mapped]:
    """The column as a person says; none when it is to be left out."""
    if not name:
        return []
    hit = _spellings(source.kind).get(fold_heading(name))
    if hit is None:
        names = " ".join(each.name for each in source.fields)
        raise UserError("etl.no_such_field", field=name, kind=kind_name(source.kind), fields=names)
    meant = _meant(source.kind, title)
    # who confirms what was recognised does not take its respelling away
    return [Mapped(hit[0], place, title, meant[1] if meant is not None and meant[0] is hit[0] else ())]


def missing_fields(source: Source, columns: Sequence[Mapped], *, has_points: bool = False) -> list[str]:
    """Names of the fields without which no row of this kind can be read, and which the file lacks.

    Parameters
    ----------
    source, columns
        The kind of fact; the columns recognised.
    has_points
        Whether longitude and latitude come from shapes.

    Returns
    -------
    names
        In the order of the kind's fields; only fields always needed, not those a new row alone must have.
    """
    there = {each.field.name for each in columns} | ({"lon", "lat"} if has_points else set())
    return [each.name for each in source.fields if each.need is Need.ALWAYS and each.name not in there]
