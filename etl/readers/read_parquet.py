"""GeoParquet and plain Parquet by pyarrow, a batch at a time; shapes stand in them as WKB."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from pyproj.exceptions import CRSError

from etl.readers.sheet import NO_HINTS, Chunk, Hints, Sheet, unreadable_file
from etl.readers.spatial_text import text_of

ROWS_A_BATCH = 20_000
_MOST_GROUP_BYTES = 2 << 30
"""A row group is unpacked whole."""


def _shapes(file: Path, said: dict[bytes, bytes]) -> tuple[str | None, str | None]:
    """The column of shapes and the CRS the file claims for it."""
    if b"geo" not in said:
        return None, None
    try:
        geo: dict[str, Any] = json.loads(said[b"geo"])
        name = str(geo["primary_column"])
        column = geo["columns"][name]
        # the form's own default is longitude and latitude on WGS84
        crs = pyproj.CRS.from_json_dict(column["crs"]) if column.get("crs") else None
    except (ValueError, KeyError, TypeError, CRSError) as error:
        raise unreadable_file("not_spatial", file) from error
    if column.get("encoding", "WKB") != "WKB":
        raise unreadable_file("not_spatial", file)
    return name, None if crs is None else crs.to_wkt()


def read_parquet(file: Path, _hints: Hints = NO_HINTS) -> list[Sheet]:
    """The one table of a Parquet file.

    Parameters
    ----------
    file
        A file that is there.
    _hints
        Not asked: the format leaves nothing open.

    Returns
    -------
    sheets
        Exactly one; row numbers from 1, shapes as Shapely geometries.

    Raises
    ------
    UserError
        Not readable as Parquet, or a part of it too large to unpack.
    """
    try:
        with pq.ParquetFile(file) as opened:
            schema, meta = opened.schema_arrow, opened.metadata
            groups = [meta.row_group(at).total_byte_size for at in range(meta.num_row_groups)]
            rows = meta.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unreadable_file("not_spatial", file) from error
    if max(groups, default=0) > _MOST_GROUP_BYTES:
        raise unreadable_file("too_large", file)
    shape, crs = _shapes(file, schema.metadata or {})
    if shape is not None and schema.names.count(shape) != 1:
        raise unreadable_file("not_spatial", file)
    places = [at for at, name in enumerate(schema.names) if name != shape]  # two columns may have one name
    headings = tuple(schema.names[at] for at in places)

    def chunks() -> Generator[Chunk]:
        number = 1
        try:
            with pq.ParquetFile(file) as stream:
                for batch in stream.iter_batches(batch_size=ROWS_A_BATCH):
                    texts = {
                        at: [text_of(each) for each in batch.column(place).to_pylist()]
                        for at, place in enumerate(places)
                    }
                    index = range(number, number + batch.num_rows)
                    number += batch.num_rows
                    cells = pd.DataFrame(texts, index=index, columns=range(len(headings)), dtype=object)
                    yield Chunk(cells, None if shape is None else _geometry(batch.column(shape)))
        except (pa.ArrowException, OSError, shapely.errors.GEOSException) as error:
            raise unreadable_file("damaged", file, why=str(error).splitlines()[0]) from None

    return [Sheet(file, "", headings, chunks, rows, shape is not None, crs)]


def _geometry(column: Any) -> Any:
    return np.asarray(shapely.from_wkb(np.asarray(column.to_pylist(), dtype=object)), dtype=object)


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".parquet": read_parquet, ".geoparquet": read_parquet}
