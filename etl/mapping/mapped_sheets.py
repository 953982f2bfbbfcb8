"""An outside file through its mapping: for each table a sheet whose columns are fields, and the plan to load it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from etl.kinds.source import Shape, Source
from etl.mapping.mapped_columns import MappedColumn, find_column, find_shape_columns, map_columns
from etl.mapping.mapping_file import FieldMapping, FormatMapping, TableMapping
from etl.mapping.sheet_adapter import SheetAdapter
from etl.mapping.unit_assignment import assign_unit
from etl.readers.sheet import Chunk, Sheet, unreadable_file
from etl.recognise.field_words import kind_name
from etl.recognise.headings import Mapped, missing_fields
from etl.recognise.open_sheets import open_sheets
from etl.recognise.recognise_kind import kind_by_name
from etl.recognise.shape_columns import with_boundaries
from etl.recognise.sheet_plan import Plan
from etl.sources import discover
from geodata.locale import translate
from geodata.settings import settings
from geodata.vocabulary import Datum


def _adapted_source(table: TableMapping) -> Source:
    source = discover()[table.kind]
    for name, recipe in table.fields.items():
        if recipe.assigned:
            source = assign_unit(source, name, recipe)
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


def _plan(mapping: FormatMapping, table: TableMapping, sheet: Sheet, columns: Sequence[MappedColumn]) -> Plan:
    source = _adapted_source(table)
    turn = next(at for at, each in enumerate(mapping.table) if each is table)
    epsg = table.epsg or (None if table.datum else mapping.epsg)
    shape = find_shape_columns(table, sheet)
    shaped = sheet if table.geometry is not None else with_boundaries(sheet, shape)
    adapter = SheetAdapter(shaped, table, tuple(columns), epsg, shape)
    fields = {each.name: each for each in source.fields}
    used = {place for each in columns for place in each.places} | set(shape)
    adapted = replace(
        sheet,
        headings=tuple(each.name for each in columns),
        chunks=adapter.read_chunks,
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
    columns, _ = map_columns(table.model_copy(update={"fields": recipes | dict(table.fields)}), sheet)
    return _plan(mapping, table, sheet, columns)


def reads_file(table: TableMapping, file: Path) -> bool:
    """Whether a table's patterns name ``file``.

    Parameters
    ----------
    table, file
        A table of a mapping; a file, of which the name alone counts.

    Returns
    -------
    reads
        Without regard to case; False for a table whose rows stand in the mapping itself.
    """
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
    lacking = map_columns(table, sheet)[1]
    if table.geometry is not None and find_column(sheet, table.geometry.column) is None:
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
    tables = [each for each in mapping.table if reads_file(each, file)]
    if not tables:
        return [], []
    found = open_sheets(file, mapping.hints_for(tables))
    plans: list[Plan] = []
    read: list[Sheet] = []
    for table in tables:
        fitting = [each for each in found if _of_sheet(table, each, tables)]
        whole = [each for each in fitting if not _lacking(table, each)]
        if fitting and not whole:
            columns = translate("list.comma", settings().lang).join(_lacking(table, fitting[0]))
            raise unreadable_file(
                "mapping_lacks", file, kind=kind_name(table.kind), columns=columns, mapping=mapping.path.name
            )
        plans += [_plan(mapping, table, each, map_columns(table, each)[0]) for each in whole]
        read += whole
    return plans, [each for each in found if each not in read]


def literal_plans(mapping: FormatMapping) -> list[Plan]:
    """The plans of rows that stand in the mapping itself.

    Parameters
    ----------
    mapping
        A mapping that has been checked.

    Returns
    -------
    plans
        One per table with rows, in the order of the mapping.
    """
    return [_literal(mapping, each) for each in mapping.table if each.rows]


def in_order(plans: Sequence[Plan]) -> list[Plan]:
    """Plans by kind, then as the mapping lists its tables, then by file.

    Parameters
    ----------
    plans
        Of one mapping, in any order.

    Returns
    -------
    plans
        The same, registers before what refers to them.
    """
    return sorted(plans, key=lambda each: (each.source.order, each.turn, each.sheet.file.name))


def needed_fields(source: Source, table: TableMapping) -> list[str]:
    """Names of the fields a table says nothing of although no row can do without them.

    Parameters
    ----------
    source, table
        The kind of fact; a table of a mapping for it.

    Returns
    -------
    names
        In the order of the kind's fields; empty when nothing is missing.
    """
    said = set(table.fields) | {name for row in table.rows for name in row}
    there = [Mapped(each, 0, each.name) for each in source.fields if each.name in said]
    return missing_fields(source, there, has_points=source.shape is Shape.POINT)
