"""GeoJSON, TopoJSON, GeoPackage, Shapefile, KML, FlatGeobuf by pyogrio: attributes as text, shapes as they stand."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from shapely.errors import GEOSException

from etl.readers.offline_gdal import DRIVERS, noting_addresses, pyogrio
from etl.readers.sheet import NO_HINTS, Chunk, Hints, Sheet, unreadable_file
from etl.readers.spatial_text import text_of
from etl.readers.unpack import Workspace

FEATURES_A_CHUNK = 20_000
# GDAL reads these whole
_MOST_XML_BYTES = 1 << 29
_JSON = frozenset({".json", ".geojson"})
_OF_LAYERS = frozenset({".gpkg", ".kml", ".topojson"})
# pyogrio's own errors are RuntimeErrors; the others come through it from shapely and numpy
_UNREADABLE = (RuntimeError, OSError, ValueError, KeyError, TypeError, OverflowError, GEOSException)
_ELSEWHERE = (b"<ogr", b"<vrt", b"gdal_streamed_alg")
_NO_FACTS = frozenset({"layer_styles", "qgis_projects"})
"""Tables QGIS keeps beside the layers of a GeoPackage."""


def _plain(file: Path) -> None:
    """Refuse XML that declares entities: unfolded, a few of them fill any memory."""
    if file.stat().st_size > _MOST_XML_BYTES:
        raise unreadable_file("too_large", file)
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            # without zero bytes UTF-16 reads alike
            if b"<!ENTITY" in (tail + block).replace(b"\0", b"").upper():
                raise unreadable_file("entities", file)
            tail = block[-32:]


def _leads_elsewhere(file: Path) -> bool:
    """Whether the content is not what the name says but a description that makes GDAL open other files or addresses.

    GDAL tells formats by content: a virtual dataset called ``x.geojson`` would read any file of the machine.
    """
    with file.open("rb") as stream:
        start = stream.read(1 << 16).replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return (start.startswith(b"<") and b"<kml" not in start) or any(word in start for word in _ELSEWHERE)


@contextmanager
def _at_home(file: Path) -> Generator[None]:
    """Refuse a file that makes GDAL ask for an address: what lies there, often its coordinate system, is not known."""
    with noting_addresses() as asked:
        try:
            yield
        except _UNREADABLE:
            # what fails for want of an answer is told by its cause
            if not asked:
                raise
    if asked:
        raise unreadable_file("asks_elsewhere", file, address=asked[0])


def _whole(file: Path) -> tuple[Path, Workspace | None]:
    """The file GDAL can read: a bare array of Features is put into the collection it lacks."""
    with file.open("rb") as stream:
        start = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"["):
        return file, None
    space = Workspace()
    whole = space.path / file.name
    with file.open("rb") as stream, whole.open("wb") as out:
        out.write(b'{"type": "FeatureCollection", "features": ')
        shutil.copyfileobj(stream, out)
        out.write(b"}")
    return whole, space


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


def _part(file: Path, name: str, start: int, encoding: str | None, given: Path) -> pd.DataFrame:
    """The features from ``start`` on; a shape GDAL gives up on is a damaged file, never a row without one."""
    try:
        with _at_home(given), warnings.catch_warnings(record=True, action="always") as told:
            part: pd.DataFrame = pyogrio.read_dataframe(
                file, layer=name, skip_features=start, max_features=FEATURES_A_CHUNK, encoding=encoding
            )
    except _UNREADABLE as error:
        raise unreadable_file("damaged", file, why=(str(error).splitlines() or ["–"])[0]) from None
    lost = next((str(each.message) for each in told if "NULL geometry" in str(each.message)), None)
    if lost is not None:
        raise unreadable_file("damaged", file, why=lost)
    return part


def _layer(file: Path, name: str, encoding: str | None, given: Path, space: Workspace | None) -> Sheet:
    info = pyogrio.read_info(file, layer=name, encoding=encoding, force_feature_count=True)
    if info["driver"] not in DRIVERS:
        raise unreadable_file("not_spatial", given)
    headings = tuple(str(each) for each in info["fields"])
    spatial = info["geometry_type"] is not None

    def chunks(_kept: Workspace | None = space) -> Generator[Chunk]:
        count = int(info["features"])
        for start in range(0, count, FEATURES_A_CHUNK):
            part = _part(file, name, start, encoding, given)
            numbers = range(start + 1, start + 1 + len(part))
            texts = ([text_of(value) for value in part[title].astype(object)] for title in headings)
            geometry = np.asarray(part.geometry, dtype=object) if spatial else None
            yield Chunk(
                pd.DataFrame(dict(enumerate(texts)), index=numbers, columns=range(len(headings)), dtype=object),
                geometry,
            )

    # where a format holds one layer, its inner name says nothing to a person
    shown = name if file.suffix.lower() in _OF_LAYERS else ""
    cut = file.suffix.lower() == ".shp"
    return Sheet(given, shown, headings, chunks, int(info["features"]), spatial, info["crs"], cut=cut)


def read_spatial(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every layer of a spatial file.

    Parameters
    ----------
    file
        A file that is there, with its companions beside it.
    hints
        The encoding of a shapefile's table; all else is said by the file.

    Returns
    -------
    sheets
        One per layer with facts; row numbers are those of the features, from 1.

    Raises
    ------
    UserError
        Not readable as what its name says, a shapefile without its companions, XML with entities, or a file that leads
        to other files or addresses.
    """
    ending = file.suffix.lower()
    cut = ending == ".shp"
    if _leads_elsewhere(file):
        raise unreadable_file("not_spatial", file)
    if ending == ".kml":
        _plain(file)
    opened, space = _whole(file) if ending in _JSON else (file, None)
    lacking = _companions_lacking(file) if cut else []
    if lacking:
        raise unreadable_file("lacks_companions", file, names=" ".join(lacking))
    encoding = (hints.encoding or _dbf_encoding(file)) if cut else None
    try:
        # GDAL's warnings are for programmers; what matters to a person becomes a refusal or a fault
        with _at_home(file), warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            layers = [str(name) for name, _ in pyogrio.list_layers(opened) if name not in _NO_FACTS]
            return [_layer(opened, name, encoding, file, space) for name in layers]
    except _UNREADABLE as error:
        raise unreadable_file("not_spatial", file) from error


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = dict.fromkeys(
    (".geojson", ".json", ".topojson", ".gpkg", ".shp", ".kml", ".fgb"), read_spatial
)
