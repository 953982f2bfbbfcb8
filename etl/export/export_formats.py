"""The formats facts are written in, part by part; a file appears whole or not at all, and no cell is ever a formula.

GeoPackage, Parquet and GeoJSON know no formulas: a text in them is the text itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from openpyxl import Workbook

from etl.readers.offline_gdal import pyogrio
from geodata.crs import STORED_EPSG
from geodata.errors import UserError
from geodata.tables.csv_rows import write_csv_rows
from geodata.tables.workbook import add_list_sheet

_CRS = f"EPSG:{STORED_EPSG}"

Parts = Iterable[tuple[list[list[str]], list[Any] | None]]


@dataclass(frozen=True)
class Table:
    """What is written: the name of the sheet or layer, the headings, and the type of shape, if any."""

    name: str
    headings: tuple[str, ...]
    shape: str | None


@dataclass(frozen=True)
class Format:
    """A format: whether it carries shapes, whether it must, and its writer, which counts the rows."""

    put: Callable[[Path, Table, Parts], int]
    takes_shape: bool
    needs_shape: bool = False

    def write_file(self, out: Path, table: Table, parts: Parts) -> int:
        """Write beside ``out``, then put it in its place.

        Parameters
        ----------
        out
            The file; its folder is made, one that is there is replaced.
        table
            Name, headings and type of shape.
        parts
            Rows as texts in the order of the headings (blank: nothing), and their shapes in EPSG:4490, None where the
            table has none.

        Returns
        -------
        count
            Rows written.

        Raises
        ------
        UserError
            It cannot be written; what stood at ``out`` is then untouched.
        """
        with _replacing(out) as draft:
            return self.put(draft, table, parts)


@contextmanager
def _replacing(out: Path) -> Generator[Path]:
    draft = out.with_name(f".{out.stem}.{os.getpid()}{out.suffix}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(out)
    except (OSError, pa.ArrowException, pyogrio.errors.DataSourceError) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise UserError("etl.cannot_write", file=out, why=why) from error
    finally:
        draft.unlink(missing_ok=True)


def _rows(parts: Parts) -> Iterable[list[str | None]]:
    return ([text or None for text in row] for texts, _ in parts for row in texts)


def _csv(out: Path, table: Table, parts: Parts) -> int:
    # the mark tells spreadsheets that this is UTF-8
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        return write_csv_rows(stream, table.headings, _rows(parts))


def _xlsx(out: Path, table: Table, parts: Parts) -> int:
    book = Workbook(write_only=True)
    count = add_list_sheet(book, table.name, table.headings, _rows(parts))
    book.save(out)
    return count


def _columns(table: Table, texts: list[list[str]]) -> dict[str, list[str | None]]:
    return {name: [row[at] or None for row in texts] for at, name in enumerate(table.headings)}


def _gpkg(out: Path, table: Table, parts: Parts) -> int:
    count = 0

    def put(texts: list[list[str]], shapes: list[Any] | None) -> None:
        frame = pd.DataFrame(_columns(table, texts), columns=list(table.headings), dtype=object)
        more: dict[str, Any] = {"layer": table.name, "driver": "GPKG", "append": out.exists()}
        if table.shape is not None:
            frame = gpd.GeoDataFrame(frame, geometry=shapes or [], crs=_CRS)
            more["geometry_type"] = table.shape
        pyogrio.write_dataframe(frame, out, **more)

    for texts, shapes in parts:
        put(texts, shapes)
        count += len(texts)
    if not count:
        put([], None)
    return count


def _geojson(out: Path, table: Table, parts: Parts) -> int:
    count = 0
    with out.open("w", encoding="utf-8") as stream:
        stream.write('{"type": "FeatureCollection", "features": [')
        for texts, shapes in parts:
            drawn = shapely.to_geojson(np.asarray(shapes, dtype=object))
            for row, shape in zip(texts, drawn, strict=True):
                said = {name: text or None for name, text in zip(table.headings, row, strict=True)}
                properties = json.dumps(said, ensure_ascii=False)
                comma = ",\n" if count else "\n"
                stream.write(f'{comma}{{"type": "Feature", "properties": {properties}, "geometry": {shape or "null"}}}')
                count += 1
        stream.write("\n]}\n")
    return count


def _parquet(out: Path, table: Table, parts: Parts) -> int:
    fields = [pa.field(name, pa.string()) for name in table.headings]
    said: dict[str, str] = {}
    if table.shape is not None:
        fields.append(pa.field("geometry", pa.binary()))
        column = {
            "encoding": "WKB",
            "geometry_types": [table.shape],
            "crs": pyproj.CRS.from_epsg(STORED_EPSG).to_json_dict(),
        }
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        said["geo"] = json.dumps(geo)
    schema = pa.schema(fields, metadata=said)
    count = 0
    with pq.ParquetWriter(out, schema) as writer:
        for texts, shapes in parts:
            columns: dict[str, Any] = _columns(table, texts)
            if table.shape is not None:
                columns["geometry"] = list(shapely.to_wkb(np.asarray(shapes, dtype=object)))
            writer.write_table(pa.table(columns, schema=schema))
            count += len(texts)
    return count


FORMATS: dict[str, Format] = {
    "xlsx": Format(_xlsx, takes_shape=False),
    "csv": Format(_csv, takes_shape=False),
    "gpkg": Format(_gpkg, takes_shape=True),
    "parquet": Format(_parquet, takes_shape=True),
    "geojson": Format(_geojson, takes_shape=True, needs_shape=True),
}
