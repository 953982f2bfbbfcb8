"""What a mapping says about kinds and fields, checked before any file is opened: each fault a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pyproj
from pyproj.exceptions import CRSError

from etl.kinds.cell_types import CellFault
from etl.kinds.source import Field, Source
from etl.mapping.mapped_sheets import needed_fields
from etl.mapping.mapping_file import FieldMapping, FormatMapping, TableMapping
from etl.mapping.unit_assignment import is_assignable
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import translate
from geodata.settings import settings


def _said(key: str, **values: object) -> str:
    return translate(f"etl.mapping.fault.{key}", settings().lang, **values)


def find_mapping_faults(mapping: FormatMapping) -> list[str]:
    """Every fault of a mapping, as a sentence that says where it stands; empty for a good one.

    Parameters
    ----------
    mapping
        A mapping of the right form.

    Returns
    -------
    faults
        In the language of the settings, table by table.
    """
    found = [sentence for at, table in enumerate(mapping.table, start=1) for sentence in _of_table(table, at)]
    codes = {mapping.epsg, *(each.epsg for each in mapping.table)} - {None}
    return found + [_said("epsg", epsg=code) for code in sorted(codes) if not _known_epsg(code)]  # type: ignore[type-var]


def _known_epsg(code: int | None) -> bool:
    try:
        pyproj.CRS.from_user_input(code)
    except CRSError:
        return False
    return True


def _of_table(table: TableMapping, at: int) -> Iterator[str]:
    where = f"table {at}"
    source = discover().get(table.kind)
    if source is None:
        yield _said("kind", where=where, kind=table.kind, kinds=" ".join(discover()))
        return
    fields = {each.name: each for each in source.fields}
    given = [(name, text) for row in table.rows for name, text in row.items()]
    for name in sorted({*table.fields, *(name for name, _ in given)} - fields.keys()):
        yield _said("field", where=where, field=name, kind=kind_name(table.kind), fields=" ".join(fields))
    for name in needed_fields(source, table):
        yield _said("needed", where=where, field=name, heading=field_heading(table.kind, name))
    for name in fields.keys() & table.fields.keys():
        yield from _of_field(f"{where}, {name}", source, fields[name], table.fields[name])
    for name, text in given:
        if name in fields:
            yield from _parsed(f"{where}, {name}", fields[name], text)
    for only in table.where:
        yield from _regex(f"{where}, where", only.regex)


def _has_one_origin(recipe: FieldMapping) -> bool:
    origins = sum((bool(recipe.column), bool(recipe.join), recipe.value is not None))
    found_anyway = recipe.default is not None or (recipe.assigned and not recipe.unit_name)
    return origins == 1 or (origins == 0 and found_anyway)


def _of_field(where: str, source: Source, field: Field, recipe: FieldMapping) -> Iterator[str]:
    if not _has_one_origin(recipe):
        yield _said("origin", where=where)
    if recipe.assigned and not is_assignable(source, field.name, recipe):
        yield _said("assign", where=where, kind=kind_name(source.kind))
    yield from _regex(where, recipe.regex)
    for pattern, instead in recipe.replace:
        yield from _regex(where, pattern, instead)
    for form in recipe.dates:
        if not _is_date_form(form):
            yield _said("date_form", where=where, form=form)
    for text in filter(None, _final_texts(recipe)):
        yield from _parsed(where, field, text)


def _final_texts(recipe: FieldMapping) -> list[str | None]:
    """The texts in the mapping that the field's parser will see as they stand."""
    if recipe.unit_name:
        return []
    # the dictionary's texts only where no later step changes them
    changed = recipe.prefix or recipe.suffix or recipe.code or recipe.digest or recipe.pad or recipe.dates
    words = [] if changed else [*recipe.dictionary.values(), recipe.otherwise]
    return [recipe.value, recipe.default, *words]


def _parsed(where: str, field: Field, text: str) -> Iterator[str]:
    try:
        field.cell.parse(text)
    except CellFault as fault:
        lang = settings().lang
        reason = translate(f"etl.fault.{fault.key}.reason", lang, value=text, detail=fault.detail, column=field.name)
        yield _said("text", where=where, reason=reason)


def _regex(where: str, pattern: str | None, instead: str = "") -> Iterator[str]:
    try:
        re.sub(pattern or "", instead, "")  # what stands for it may name a group there is not
    except (re.error, IndexError) as error:
        yield _said("regex", where=where, pattern=pattern, why=str(error))


def _is_date_form(form: str) -> bool:
    day = datetime(2015, 12, 3)  # noqa: DTZ001 - any day shows whether a form holds year, month and day
    try:
        return datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007
    except ValueError:
        return False


def check_mapping(mapping: FormatMapping) -> None:
    """Refuse a faulty mapping.

    Parameters
    ----------
    mapping
        A mapping of the right form.

    Raises
    ------
    UserError
        With the first fault, and how many more there are.
    """
    found = find_mapping_faults(mapping)
    if found:
        raise UserError("etl.mapping.form", file=mapping.path.name, first=found[0], more=len(found) - 1)
