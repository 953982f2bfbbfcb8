"""GeoJSON, GeoPackage and Shapefile by pyogrio: attributes as text, geometry as it stands in the file."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
from shapely.errors import GEOSException

from etl.sheet import Chunk, Sheet, refused

FEATURES_A_CHUNK = 20_000
# pyogrio's own errors are RuntimeErrors; the others come through it from shapely and numpy
_UNREADABLE = (RuntimeError, OSError, ValueError, KeyError, TypeError, OverflowError, GEOSException)
_NO_FACTS = frozenset({"layer_styles", "qgis_projects"})
"""Tables QGIS keeps beside the layers of a GeoPackage."""


def _text(value: Any) -> str | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() and value.tz is None else value.isoformat(sep=" ")
    if isinstance(value, (float, np.floating)) and abs(float(value)) < 1e15 and float(value).is_integer():
        return str(int(value))
    return str(value) or None


def _dbf_encoding(file: Path) -> str | None:
    """What the table beside a shapefile is written in: its .cpg decides, else UTF-8 if it decodes, else GB18030."""
    table = next((each for each in (file.with_suffix(".dbf"), file.with_suffix(".DBF")) if each.is_file()), None)
    if table is None or file.with_suffix(".cpg").is_file():
        return None
    try:
        # behind the header and its field list: only cells
        raw = table.read_bytes()
        raw[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _companions_lacking(file: Path) -> list[str]:
    """The files without which a shapefile is no table: its index and its attributes."""
    beside = {each.name.casefold() for each in file.parent.iterdir()}
    return [f"{file.stem}{end}" for end in (".shx", ".dbf") if f"{file.stem}{end}".casefold() not in beside]


def _part(file: Path, name: str, start: int, encoding: str | None) -> pd.DataFrame:
    """The features from ``start`` on; a shape GDAL gives up on is a damaged file, never a row without one."""
    try:
        with warnings.catch_warnings(record=True, action="always") as told:
            part: pd.DataFrame = pyogrio.read_dataframe(
                file, layer=name, skip_features=start, max_features=FEATURES_A_CHUNK, encoding=encoding
            )
    except _UNREADABLE as error:
        raise refused("damaged", file, why=(str(error).splitlines() or ["–"])[0]) from None
    lost = next((str(each.message) for each in told if "NULL geometry" in str(each.message)), None)
    if lost is not None:
        raise refused("damaged", file, why=lost)
    return part


def _layer(file: Path, name: str, encoding: str | None) -> Sheet:
    info = pyogrio.read_info(file, layer=name, encoding=encoding, force_feature_count=True)
    headings = tuple(str(each) for each in info["fields"])
    spatial = info["geometry_type"] is not None

    def chunks() -> Generator[Chunk]:
        count = int(info["features"])
        for start in range(0, count, FEATURES_A_CHUNK):
            part = _part(file, name, start, encoding)
            numbers = range(start + 1, start + 1 + len(part))
            texts = ([_text(value) for value in part[title].astype(object)] for title in headings)
            geometry = np.asarray(part.geometry, dtype=object) if spatial else None
            yield Chunk(
                pd.DataFrame(dict(enumerate(texts)), index=numbers, columns=range(len(headings)), dtype=object),
                geometry,
            )

    # where a format holds one layer, its inner name says nothing to a person
    shown = name if file.suffix.lower() == ".gpkg" else ""
    return Sheet(file, shown, headings, chunks, int(info["features"]), spatial, info["crs"])


def read(file: Path) -> list[Sheet]:
    """Every layer of a spatial file.

    Raises
    ------
    UserError
        Not readable as what its name says.
    """
    cut = file.suffix.lower() == ".shp"
    lacking = _companions_lacking(file) if cut else []
    if lacking:
        raise refused("lacks_companions", file, names=" ".join(lacking))
    encoding = _dbf_encoding(file) if cut else None
    try:
        # GDAL's warnings are for programmers; what matters to a person becomes a refusal or a fault
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            return [_layer(file, str(name), encoding) for name, _ in pyogrio.list_layers(file) if name not in _NO_FACTS]
    except _UNREADABLE as error:
        raise refused("not_spatial", file) from error


READERS: dict[str, Callable[[Path], list[Sheet]]] = {".geojson": read, ".json": read, ".gpkg": read, ".shp": read}
