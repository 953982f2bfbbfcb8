"""An outside file through its mapping: for each table a sheet whose columns are fields, and the plan to load it."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.kinds.cell_types import clean_text
from etl.kinds.source import Shape, Source
from etl.mapping.field_recipe import made
from etl.mapping.mapping_file import FieldMapping, FormatMapping, Only, TableMapping
from etl.mapping.unit_assignment import assigning, said_field
from etl.readers.sheet import Chunk, Sheet, unreadable_file
from etl.recognise.geometry_text import reprojected, shapes_of
from etl.recognise.headings import (
    Mapped,
    fold_heading,
    heading,
    kind_by_name,
    kind_name,
    missing_fields,
    shorten_heading,
)
from etl.recognise.non_fact_rows import total_rows
from etl.recognise.open_sheets import open_sheets
from etl.recognise.row_selection import filled, kept
from etl.recognise.shape_columns import boundary_places, joined, places_of, with_boundaries
from etl.recognise.sheet_plan import Plan
from etl.sources import discover
from geodata.locale import Lang, say
from geodata.settings import settings
from geodata.vocabulary import Datum


@dataclass(frozen=True)
class _Column:
    """A field and the columns of the file it is made of."""

    name: str
    recipe: FieldMapping
    places: tuple[int, ...]
    title: str


def _place(sheet: Sheet, wanted: Sequence[str]) -> int | None:
    """The column of the first of the headings ``wanted`` that is there, also where the format has shortened it."""
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
    added = [{say(f"etl.workbook.{name}", lang) for name in ("row", "reason")} for lang in Lang]
    return any(titles <= set(sheet.headings) for titles in added)


def _shape_places(table: TableMapping, sheet: Sheet) -> tuple[int, ...]:
    """The columns of shapes: the mapping's, or those a sheet of faults carries in place of a spatial file's shapes."""
    if table.geometry is not None:
        first = _place(sheet, table.geometry.column)
        return () if first is None else places_of(sheet, first)
    as_text = discover()[table.kind].shape is Shape.POLYGON and not sheet.spatial
    return boundary_places(sheet) if as_text and _mended(sheet) else ()


def _carried(table: TableMapping, sheet: Sheet) -> dict[str, FieldMapping]:
    """The coordinates a sheet of faults carries in place of the points of the file it came from."""
    pointed = discover()[table.kind].shape is Shape.POINT and table.geometry is None and not sheet.spatial
    if not pointed or not _mended(sheet) or {"lon", "lat"} & set(table.fields):
        return {}
    titles = {name: tuple(heading(table.kind, name, lang) for lang in Lang) for name in ("lon", "lat")}
    return {name: FieldMapping(column=spelt, optional=True) for name, spelt in titles.items()}


def _columns(table: TableMapping, sheet: Sheet) -> tuple[list[_Column], list[str]]:
    """The fields that can be made, and the headings that are missing for the others."""
    found: list[_Column] = []
    lacking: list[str] = []
    for name, recipe in (table.fields | _carried(table, sheet)).items():
        each = [_place(sheet, recipe.column)] if recipe.column else [_place(sheet, [one]) for one in recipe.join]
        places = tuple(place for place in each if place is not None)
        staged = said_field(name) if recipe.unit_name else name
        if len(places) == len(each) or (places and recipe.optional):
            title = " + ".join(sheet.headings[place] for place in places) or heading(table.kind, name)
            found.append(_Column(staged, recipe, places, title))
        elif not recipe.optional:
            lacking.append(" / ".join(recipe.column) or " + ".join(recipe.join))
        elif recipe.default is not None:
            found.append(_Column(staged, recipe, (), heading(table.kind, name)))
    return found, lacking


def _wanted(table: TableMapping, sheet: Sheet, cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    meant = np.ones(len(cells), dtype=bool)
    for only in table.where:
        place = _place(sheet, only.column)
        texts = cells[place] if place is not None else pd.Series("", cells.index, dtype=object)
        meant &= np.fromiter(
            (_holds(only, clean_text(text) if isinstance(text, str) else "") for text in texts),
            dtype=bool,
            count=len(cells),
        )
    return meant


def _holds(only: Only, text: str) -> bool:
    same = fold_heading(text)
    return (
        (not only.among or same in {fold_heading(each) for each in only.among})
        and same not in {fold_heading(each) for each in only.not_among}
        and (only.regex is None or re.fullmatch(only.regex, text) is not None)
    )


@dataclass(frozen=True)
class _Adapter:
    """One table of a mapping reading one sheet."""

    sheet: Sheet
    table: TableMapping
    columns: tuple[_Column, ...]
    epsg: int | None
    shape: tuple[int, ...]
    """The columns of the mapping's shapes."""

    def chunks(self) -> Generator[Chunk]:
        """The sheet's rows with a column per field, in the order of ``columns``."""
        with closing(self.sheet.chunks()) as given:
            for raw in given:
                yield self._adapted(filled(raw))

    def _adapted(self, raw: Chunk) -> Chunk:
        meant = _wanted(self.table, self.sheet, raw.cells)
        left_out = self._names(raw.cells[~meant])
        chunk = raw if meant.all() else kept(raw, meant)
        cells = pd.DataFrame(
            {at: made(each.recipe, chunk.cells, each.places) for at, each in enumerate(self.columns)},
            index=chunk.cells.index,
            columns=range(len(self.columns)),
            dtype=object,
        )
        faults = (*self._asides(chunk.cells), *chunk.faults)
        geometry: npt.NDArray[Any] | None = chunk.geometry
        unread = list(chunk.shape_faults)
        if self.table.geometry is not None:
            geometry, unread = shapes_of(joined(chunk.cells, self.shape), self.table.geometry.form)
        if self.epsg is not None:
            geometry = reprojected(cells, self._at("lon"), self._at("lat"), geometry, self.epsg)
        return Chunk(cells, geometry, faults, tuple(unread), (*chunk.left_out, *left_out))

    def _names(self, cells: pd.DataFrame) -> tuple[str, ...]:
        """Rows by their key and name alone: what else stands in them may be private."""
        shown = {discover()[self.table.kind].key[0], "name"}
        places = list(dict.fromkeys(place for each in self.columns if each.name in shown for place in each.places))
        rows = zip(cells.index, cells[places].itertuples(index=False, name=None), strict=True)
        return tuple(
            " ".join(clean_text(cell) for cell in row if isinstance(cell, str)) or str(number) for number, row in rows
        )

    def _at(self, name: str) -> int | None:
        return next((at for at, each in enumerate(self.columns) if each.name == name), None)

    def _asides(self, cells: pd.DataFrame) -> list[tuple[int, str, str, str, str]]:
        first = self.columns[0].name
        found = [(row, first, text, "total_row", "") for row, text in total_rows(cells).items()]
        used = sorted({place for each in self.columns for place in each.places})
        if used:
            titles = [fold_heading(self.sheet.headings[place]) for place in used]
            likely = cells.index[
                cells[used[0]].map(lambda text: isinstance(text, str) and fold_heading(text) == titles[0])
            ]
            for row in likely:
                said = [fold_heading(text) if isinstance(text, str) else "" for text in cells.loc[row, used]]
                if len(used) > 1 and said == titles:
                    found.append((int(row), first, str(cells.loc[row, used[0]]), "headings_again", ""))
        return found


def _adapted_source(table: TableMapping) -> Source:
    source = discover()[table.kind]
    for name, recipe in table.fields.items():
        if recipe.assigned:
            source = assigning(source, name, recipe)
    if table.nest_tolerance_m is not None:
        declared = str(table.nest_tolerance_m)
        checks = tuple(
            replace(
                each,
                where=each.where.replace(":tolerance_m", declared),
                detail=each.detail.replace(":tolerance_m", declared),
            )
            for each in source.checks
        )
        source = replace(source, checks=checks)
    return source


def _plan(mapping: FormatMapping, table: TableMapping, sheet: Sheet, columns: Sequence[_Column]) -> Plan:
    source = _adapted_source(table)
    turn = next(at for at, each in enumerate(mapping.table) if each is table)
    epsg = table.epsg or (None if table.datum else mapping.epsg)
    shape = _shape_places(table, sheet)
    shaped = sheet if table.geometry is not None else with_boundaries(sheet, shape)
    adapter = _Adapter(shaped, table, tuple(columns), epsg, shape)
    fields = {each.name: each for each in source.fields}
    used = {place for each in columns for place in each.places} | set(shape)
    adapted = replace(
        sheet,
        headings=tuple(each.name for each in columns),
        chunks=adapter.chunks,
        spatial=shaped.spatial or table.geometry is not None,
        crs=None if epsg else sheet.crs,
    )
    return Plan(
        adapted,
        source,
        tuple(Mapped(fields[each.name], at, each.title) for at, each in enumerate(columns)),
        datum=table.datum or (Datum.WGS84 if epsg else mapping.datum),
        converted=epsg is not None,
        duplicates=table.duplicates,
        beside=tuple(title for at, title in enumerate(sheet.headings) if at not in used and title.strip()),
        reject_share=mapping.reject_share,
        # what a code converts stands in a sheet of faults as it was, to be converted again
        original=replace(sheet, crs=None) if epsg else sheet,
        shape_places=shape,
        turn=turn,
        assigned=frozenset(name for name, recipe in table.fields.items() if recipe.assigned),
        read_from={each.name: tuple(sheet.headings[place] for place in each.places) for each in columns},
    )


def _literal(mapping: FormatMapping, table: TableMapping) -> Plan:
    """The plan of a table whose rows stand in the mapping itself."""
    headings = tuple(dict.fromkeys(name for row in table.rows for name in row))
    recipes = {name: FieldMapping(column=(name,)) for name in headings}
    cells = pd.DataFrame([[row.get(name) for name in headings] for row in table.rows], dtype=object)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    cells.columns = pd.RangeIndex(len(headings))

    def chunks() -> Generator[Chunk]:
        yield Chunk(cells)

    sheet = Sheet(mapping.path, kind_name(table.kind), headings, chunks, len(cells))
    columns, _ = _columns(table.model_copy(update={"fields": recipes | dict(table.fields)}), sheet)
    return _plan(mapping, table, sheet, columns)


def reads(table: TableMapping, file: Path) -> bool:
    """Whether a table's patterns name ``file``."""
    # an archive's or a compressed file's own name counts without its last ending too
    names = {file.name.casefold(), file.stem.casefold()}
    return not table.rows and any(fnmatch(name, each.casefold()) for name in names for each in table.files)


def _named(table: TableMapping, sheet: Sheet) -> bool:
    return any(fnmatch(sheet.name.casefold(), each.casefold()) for each in table.sheets)


def _of_sheet(table: TableMapping, sheet: Sheet, tables: Sequence[TableMapping]) -> bool:
    """Whether a sheet is for ``table``, one of ``tables``."""
    # a sheet of faults that has been mended carries the name of its kind; one that a table names is that table's
    alike = kind_by_name(sheet.name) == table.kind
    return _named(table, sheet) or (
        alike and not any(_named(each, sheet) for each in tables if each.kind == table.kind)
    )


def _lacking(table: TableMapping, sheet: Sheet) -> list[str]:
    lacking = _columns(table, sheet)[1]
    if table.geometry is not None and _place(sheet, table.geometry.column) is None:
        lacking.append(" / ".join(table.geometry.column))
    return lacking


def file_plans(mapping: FormatMapping, file: Path) -> tuple[list[Plan], list[Sheet]]:
    """How each sheet of a file that the mapping knows is read, and the sheets left; no plan: no table names the file.

    Parameters
    ----------
    mapping, file
        A mapping that has been checked; the file.

    Returns
    -------
    plans, left
        Table by table; the sheets no table reads, in the file's order.

    Raises
    ------
    UserError
        A table names the file, but none of its sheets has the columns it needs; or the file cannot be read.
    """
    tables = [each for each in mapping.table if reads(each, file)]
    if not tables:
        return [], []
    found = open_sheets(file, mapping.hints(tables))
    plans: list[Plan] = []
    read: list[Sheet] = []
    for table in tables:
        fitting = [each for each in found if _of_sheet(table, each, tables)]
        whole = [each for each in fitting if not _lacking(table, each)]
        if fitting and not whole:
            columns = say("etl.list_comma", settings().lang).join(_lacking(table, fitting[0]))
            raise unreadable_file(
                "mapping_lacks", file, kind=kind_name(table.kind), columns=columns, mapping=mapping.path.name
            )
        plans += [_plan(mapping, table, each, _columns(table, each)[0]) for each in whole]
        read += whole
    return plans, [each for each in found if each not in read]


def literal_plans(mapping: FormatMapping) -> list[Plan]:
    """The plans of rows that stand in the mapping itself."""
    return [_literal(mapping, each) for each in mapping.table if each.rows]


def in_order(plans: Sequence[Plan]) -> list[Plan]:
    """Plans by kind, then as the mapping lists its tables, then by file."""
    return sorted(plans, key=lambda each: (each.source.order, each.turn, each.sheet.file.name))


def needed(source: Source, table: TableMapping) -> list[str]:
    """Names of the fields a table says nothing of although no row can do without them."""
    said = set(table.fields) | {name for row in table.rows for name in row}
    there = [Mapped(each, 0, each.name) for each in source.fields if each.name in said]
    return missing_fields(source, there, has_points=source.shape is Shape.POINT)
