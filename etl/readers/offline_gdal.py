"""The only door to GDAL, shut towards the network: what a file names as an address is noted, and nobody goes there.

Settings of GDAL alone cannot shut it: the environment (``no_proxy``) has the last word on proxies. So the function that
all its HTTP goes through is replaced by one of ours, which answers every request with an error.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

import pyogrio
from pyogrio import _ogr, core

DRIVERS = frozenset(
    {"GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "GPKG", "ESRI Shapefile", "KML", "LIBKML", "FlatGeobuf"}
)
"""The formats GDAL may read or write here; every other driver is taken out, services and virtual datasets first."""

_SETTINGS = {
    # files under an address (/vsicurl/, /vsis3/ …) do not exist
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_TIMEOUT": "1",
    # what a format would fetch or run besides, whatever the environment asks for
    "LIBKML_EXTERNAL_STYLE": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
}
_FAILED = 1
_asked = local()


class _Answer(ctypes.Structure):
    """``CPLHTTPResult`` of GDAL's ``cpl_http.h``."""

    _fields_ = (
        ("status", ctypes.c_int),
        ("content_type", ctypes.c_void_p),
        ("error", ctypes.c_void_p),
        ("length", ctypes.c_int),
        ("allocated", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("headers", ctypes.c_void_p),
        ("parts", ctypes.c_int),
        ("part", ctypes.c_void_p),
    )


# the extension is linked with the very GDAL that pyogrio reads by, wherever that lies
_gdal = ctypes.CDLL(_ogr.__file__)
_gdal.VSICalloc.restype, _gdal.VSICalloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t, ctypes.c_size_t)
_gdal.CPLStrdup.restype, _gdal.CPLStrdup.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)


@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p, *(ctypes.c_void_p,) * 6)  # type: ignore[untyped-decorator]
def _answer_with_error(address: bytes, *_: object) -> int:
    """Note the address; an answer that GDAL takes for a failed request, and frees itself."""
    getattr(_asked, "addresses", []).append(address.decode("utf-8", "replace"))
    place = int(_gdal.VSICalloc(1, ctypes.sizeof(_Answer)))
    answer = _Answer.from_address(place)
    answer.status, answer.error = _FAILED, _gdal.CPLStrdup(b"no file is fetched")
    return place


def _shut() -> None:
    """Take out the network and every driver but ours; a GDAL that cannot be shut is not used (AttributeError)."""
    _gdal.CPLHTTPSetFetchCallback(_answer_with_error, None)
    _gdal.OSRSetPROJEnableNetwork(0)
    # the comma at the end: names that hold a blank are only kept whole between commas
    skipped = "".join(f"{name}," for name in pyogrio.list_drivers() if name not in DRIVERS)
    pyogrio.set_gdal_config_options(_SETTINGS | {"GDAL_SKIP": skipped})
    core._register_drivers()  # drivers are skipped while they are registered


@contextmanager
def noting_addresses() -> Iterator[list[str]]:
    """Every address GDAL would have gone to in this thread while the block runs, in order.

    Yields
    ------
    addresses
        Empty at first, filled while the block runs.
    """
    before, _asked.addresses = getattr(_asked, "addresses", []), []
    try:
        yield _asked.addresses
    finally:
        _asked.addresses = before


_shut()

__all__ = ["DRIVERS", "noting_addresses", "pyogrio"]
