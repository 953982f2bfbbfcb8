"""Tables of another PostGIS, named in a small TOML file that ends in .postgis; the password comes as libpq finds it.

``url = "postgresql://reader@host/db"`` and ``tables = ["public.sites"]``. Rows come by a server-side cursor inside a
read-only transaction; shapes keep the SRID of the table, which is a claim like any header.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.readers.sheet import NO_HINTS, Chunk, Hints, Sheet, unreadable_file
from etl.readers.spatial_text import text_of

_ROWS_A_FETCH = 20_000
_WAIT_S = 10
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), coalesce(g.srid, 0)
FROM pg_attribute AS a
LEFT JOIN geometry_columns AS g
  ON to_regclass(format('%%I.%%I', g.f_table_schema, g.f_table_name)) = a.attrelid AND g.f_geometry_column = a.attname
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


class _Named(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(pattern=r"^postgres(ql)?://")]
    tables: Annotated[list[str], Field(min_length=1)]


@contextmanager
def _connected(file: Path, url: str) -> Generator[psycopg.Connection]:
    try:
        with psycopg.connect(url, connect_timeout=_WAIT_S, options="-c default_transaction_read_only=on") as connection:
            yield connection
    except psycopg.Error as error:
        raise unreadable_file("database", file, why=str(error).strip().splitlines()[0]) from None


def _table(file: Path, url: str, name: str) -> Sheet:
    with _connected(file, url) as connection:
        columns = connection.execute(_COLUMNS, [name]).fetchall()
    if not columns:
        raise unreadable_file("no_such_table", file, table=name)
    shape = next(((at, title, srid) for at, (title, kind, srid) in enumerate(columns) if kind == "geometry"), None)
    headings = tuple(title for title, kind, _ in columns if kind != "geometry")
    # a geometry comes as WKB, whatever the driver knows of it
    listed: list[sql.Composable] = [sql.Identifier(title) for title in headings]
    if shape is not None:
        listed.append(sql.SQL("ST_AsBinary(ST_Force2D({}))").format(sql.Identifier(shape[1])))
    whole = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(listed), sql.Identifier(*name.split(".")))

    def chunks() -> Generator[Chunk]:
        number = 1
        with _connected(file, url) as connection, connection.cursor("rows") as cursor:
            cursor.execute(whole)
            while rows := cursor.fetchmany(_ROWS_A_FETCH):
                yield _chunk(rows, number, len(headings), spatial=shape is not None)
                number += len(rows)

    crs = f"EPSG:{shape[2]}" if shape and shape[2] else None
    return Sheet(file, name, headings, chunks, None, shape is not None, crs)


def _chunk(rows: list[tuple[Any, ...]], number: int, width: int, *, spatial: bool) -> Chunk:
    cells = [[text_of(value) for value in row[:width]] for row in rows]
    index = range(number, number + len(rows))
    shapes = np.asarray(shapely.from_wkb(np.asarray([row[width] for row in rows], dtype=object))) if spatial else None
    return Chunk(pd.DataFrame(cells, index=index, columns=range(width), dtype=object), shapes)


def read_postgis(file: Path, _hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every table the file names.

    Parameters
    ----------
    file
        TOML with ``url`` and ``tables``.
    _hints
        Not asked: the database leaves nothing open.

    Returns
    -------
    sheets
        One per table, in the order listed; row numbers from 1 in no certain order, shapes in two dimensions.

    Raises
    ------
    UserError
        The file does not name a database, it does not answer, or a table is not there.
    """
    try:
        named = _Named.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise unreadable_file("not_a_database_file", file) from error
    return [_table(file, named.url, name) for name in named.tables]


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".postgis": read_postgis}
