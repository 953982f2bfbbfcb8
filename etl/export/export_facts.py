"""Facts back out, as the loader reads them: loading an export changes nothing. It sees what the connection may see."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, text

from etl.export.export_formats import FORMATS, Format, Table
from etl.export.export_plain import plain_columns, plain_rows
from etl.kinds.source import Export, Field, Shape, Source
from etl.kinds.spelt_value import value_speller
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.database.registry import table_name
from geodata.errors import NotFound, UserError
from geodata.locale import Lang
from geodata.models import fact_tables
from geodata.settings import settings

_ROWS_A_PART = 20_000
# under any version of the tree, as row-level security has it (grid.my_area)
_AREA = """
WITH RECURSIVE area AS (
    SELECT code FROM grid.unit WHERE code = :unit
    UNION
    SELECT v.code FROM grid.unit_version AS v JOIN area ON v.parent_code = area.code
)
SELECT code FROM area
"""


def read_facts(source: Source) -> tuple[Field, ...]:
    """The fields of an export: all but secrets and what is private to a person.

    Parameters
    ----------
    source
        A kind of fact.

    Returns
    -------
    fields
        In the order the kind lists them.
    """
    return tuple(each for each in source.fields if not each.secret and each.name not in source.export.private)


def _column(field: Field, back: Export) -> str:
    """SQL of a field as text."""
    said = back.columns.get(field.name, f"t.{field.name}")
    if field.cell.name in ("words", "codes"):
        return f"array_to_string({said}, ',')"
    if field.cell.name == "moment":
        return f"to_char({said} AT TIME ZONE '{settings().timezone}', 'YYYY-MM-DD HH24\\:MI\\:SS')"
    return f"CAST({said} AS text)"


def _statement(source: Source, *, shaped: bool, inside: bool) -> str:
    back = source.export
    listed = [_column(each, back) for each in read_facts(source)]
    if shaped:
        listed.append(f"ST_AsBinary({back.geometry})")
    where = f" WHERE {back.within}" if inside else ""
    order = back.order or ", ".join(f"t.{name}" for name in source.key)
    return f"SELECT {', '.join(listed)} FROM grid.{back.table} AS t{where} ORDER BY {order}"


def _open_fields(db: Connection, kind: str, lang: Lang) -> tuple[tuple[Field, str], ...]:
    """The fields of a kind that the database names, with their headings."""
    beside = discover()[kind].open
    return () if beside is None else beside.known(db, lang)


def _area(db: Connection, unit: str) -> list[str]:
    codes = list(db.execute(text(_AREA), {"unit": unit}).scalars())
    if not codes:
        raise NotFound("etl.export.no_such_unit", code=unit)
    return codes


def export_rows(
    db: Connection, kind: str, *, unit: str | None = None, lang: Lang | None = None, shaped: bool = False
) -> Generator[tuple[list[list[str]], list[Any] | None]]:
    """Parts of a kind's rows: texts in the order of ``read_facts``, and with ``shaped`` their shapes.

    Parameters
    ----------
    db
        Connection of who exports; its row-level security says which rows there are.
    kind
        A kind of fact.
    unit
        Code: only facts of this unit and all below it, under any version of the tree; None: all.
    lang
        The language of words (labels, yes and no); None: that of the settings.
    shaped
        Whether shapes are read too.

    Yields
    ------
    texts, shapes
        At most 20,000 rows at a time: per row a text for each field (blank for nothing), and per row a Shapely geometry
        in EPSG:4490 or None; None alone without ``shaped``.

    Raises
    ------
    NotFound
        There is no such unit, or the connection may not see it.
    """
    said = lang or settings().lang
    source = discover()[kind].with_fields(field for field, _ in _open_fields(db, kind, said))
    spellers = [value_speller(each.cell, said) for each in read_facts(source)]
    given = {"codes": _area(db, unit)} if unit is not None else {}
    statement = text(_statement(source, shaped=shaped, inside=unit is not None))
    found = db.execute(statement, given, execution_options={"yield_per": _ROWS_A_PART})
    with closing(found):
        for part in found.partitions():
            # the shape is the last column, beyond the spellers
            texts = [[spell(cell) for spell, cell in zip(spellers, row, strict=False)] for row in part]
            yield texts, list(shapely.from_wkb([row[-1] for row in part])) if shaped else None


def _writer(chosen: str) -> Format:
    if chosen not in FORMATS:
        raise UserError("etl.export.no_such_format", form=chosen, forms=" ".join(FORMATS))
    return FORMATS[chosen]


def _export_plain(db: Connection, kind: str, out: Path, unit: str | None, chosen: str) -> int:
    """A table of facts that no kind of file brings yet."""
    kept = fact_tables().get(kind)
    if kept is None or not kept.loaded:
        raise UserError("etl.no_such_kind", kind=kind, kinds=" ".join(discover()))
    writer = _writer(chosen)
    if writer.needs_shape:
        raise UserError("etl.export.no_shape", kind=table_name(kind), form=chosen)
    codes = _area(db, unit) if unit is not None else None
    table = Table(table_name(kind), tuple(each.name for each in plain_columns(kept)), None)
    return writer.write_file(out, table, plain_rows(db, kept, codes))


def export_facts(
    db: Connection,
    kind: str,
    out: Path,
    *,
    unit: str | None = None,
    form: str | None = None,
    lang: Lang | None = None,
) -> int:
    """Write all facts of a kind the connection may see to ``out``; how many there were.

    Parameters
    ----------
    db
        Connection of who exports; its row-level security says which rows there are.
    kind
        A kind of fact, or a table of facts that no kind of file brings yet.
    out
        The file; one that is there is replaced, its folder is made.
    unit
        Only facts of this unit and all below it, under any version of the tree.
    form
        ``xlsx``, ``csv``, ``gpkg``, ``parquet`` or ``geojson``; None: as ``out`` ends. Shapes are in EPSG:4490 (load
        them with datum cgcs2000); workbooks and CSV hold the attributes of units, not their boundaries.
    lang
        The language of headings and words; both load.

    Returns
    -------
    count
        Rows written.

    Raises
    ------
    UserError
        No such kind, unit or format, or ``out`` cannot be written. What stood at ``out`` is then untouched.
    """
    said = lang or settings().lang
    chosen = (form or out.suffix.removeprefix(".")).lower()
    source = discover().get(kind)
    if source is None:
        return _export_plain(db, kind, out, unit, chosen)
    writer = _writer(chosen)
    if writer.needs_shape and source.shape is None:
        raise UserError("etl.export.no_shape", kind=kind_name(kind, said), form=chosen)
    shaped = writer.takes_shape and source.shape is not None
    beside = {field.name: (field, heading) for field, heading in _open_fields(db, kind, said)}
    fields = read_facts(source.with_fields(field for field, _ in beside.values()))
    titles: Sequence[str] = [
        beside[each.name][1] if each.name in beside else field_heading(kind, each.name, said) for each in fields
    ]
    shape = {Shape.POINT: "Point", Shape.POLYGON: "MultiPolygon"}[source.shape] if source.shape and shaped else None
    table = Table(kind_name(kind, said), tuple(titles), shape)
    return writer.write_file(out, table, export_rows(db, kind, unit=unit, lang=said, shaped=shaped))
