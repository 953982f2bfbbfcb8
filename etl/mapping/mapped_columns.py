"""Which columns of an outside sheet the fields of a mapped table are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl.kinds.source import Shape
from etl.mapping.mapping_file import FieldMapping, TableMapping
from etl.mapping.unit_assignment import said_field
from etl.readers.sheet import Sheet
from etl.recognise.field_words import field_heading
from etl.recognise.headings import fold_heading, shorten_heading
from etl.recognise.shape_columns import boundary_places, places_of
from etl.sources import discover
from geodata.locale import Lang, translate


@dataclass(frozen=True)
class MappedColumn:
    """A field and the columns of the file it is made of."""

    name: str
    recipe: FieldMapping
    places: tuple[int, ...]
    title: str


def find_column(sheet: Sheet, wanted: Sequence[str]) -> int | None:
    """The column of the first of the headings ``wanted`` that is there, also where the format has shortened it.

    Parameters
    ----------
    sheet, wanted
        The sheet; the headings looked for, the first that is there wins.

    Returns
    -------
    place
        From 0; None without one, or where a shortened heading could be of several columns.
    """
    there = [fold_heading(each) for each in sheet.headings]
    for each in map(fold_heading, wanted):
        if each in there:
            return there.index(each)
        cut = [
            at
            for at, title in enumerate(there)
            if shorten_heading(sheet, sheet.headings[at]) and each.startswith(title)
        ]
        if len(cut) == 1:
            return cut[0]
    return None


def _mended(sheet: Sheet) -> bool:
    """Whether it is a sheet of faults: it has the columns such a one adds to the file's own."""
    added = [{translate(f"etl.workbook.{name}", lang) for name in ("row", "reason")} for lang in Lang]
    return any(titles <= set(sheet.headings) for titles in added)


def find_shape_columns(table: TableMapping, sheet: Sheet) -> tuple[int, ...]:
    """The columns of shapes: the mapping's, or those a sheet of faults carries in place of a spatial file's shapes.

    Parameters
    ----------
    table, sheet
        A table of a mapping; the sheet it reads.

    Returns
    -------
    places
        From 0, in order; a shape may be spread over several. Empty without shapes as text.
    """
    if table.geometry is not None:
        first = find_column(sheet, table.geometry.column)
        return () if first is None else places_of(sheet, first)
    as_text = discover()[table.kind].shape is Shape.POLYGON and not sheet.spatial
    return boundary_places(sheet) if as_text and _mended(sheet) else ()


def _carried(table: TableMapping, sheet: Sheet) -> dict[str, FieldMapping]:
    """The coordinates a sheet of faults carries in place of the points of the file it came from."""
    pointed = discover()[table.kind].shape is Shape.POINT and table.geometry is None and not sheet.spatial
    if not pointed or not _mended(sheet) or {"lon", "lat"} & set(table.fields):
        return {}
    titles = {name: tuple(field_heading(table.kind, name, lang) for lang in Lang) for name in ("lon", "lat")}
    return {name: FieldMapping(column=spelt, optional=True) for name, spelt in titles.items()}


def map_columns(table: TableMapping, sheet: Sheet) -> tuple[list[MappedColumn], list[str]]:
    """The fields that can be made, and the headings that are missing for the others.

    Parameters
    ----------
    table, sheet
        A table of a mapping; the sheet it reads.

    Returns
    -------
    found, lacking
        In the order of the table's fields; of a missing field the headings it may have.
    """
    found: list[MappedColumn] = []
    lacking: list[str] = []
    for name, recipe in (table.fields | _carried(table, sheet)).items():
        each = (
            [find_column(sheet, recipe.column)] if recipe.column else [find_column(sheet, [one]) for one in recipe.join]
        )
        places = tuple(place for place in each if place is not None)
        staged = said_field(name) if recipe.unit_name else name
        if len(places) == len(each) or (places and recipe.optional):
            title = " + ".join(sheet.headings[place] for place in places) or field_heading(table.kind, name)
            found.append(MappedColumn(staged, recipe, places, title))
        elif not recipe.optional:
            lacking.append(" / ".join(recipe.column) or " + ".join(recipe.join))
        elif recipe.default is not None:
            found.append(MappedColumn(staged, recipe, (), field_heading(table.kind, name)))
    return found, lacking
