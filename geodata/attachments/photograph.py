"""A photograph: what it tells of its place and time, the same without them, and a small picture of it."""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageOps

from geodata.errors import UserError
from geodata.file_type import FileType
from geodata.settings import settings

THUMB_SIDE = 320
"""The longer side of a small picture, in pixels."""
MOST_PIXELS = 64_000_000
"""Pixels a photograph may have: decoded it takes up to four bytes each."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, AttributeError,
               EOFError, struct.error)  # fmt: skip
"""What Pillow's readers end with on bytes nobody has made with care."""
_DECODING = Lock()
"""One photograph at a time is decoded in a process, or several large ones together would take its memory."""


@dataclass(frozen=True)
class Told:
    """What a photograph tells: degrees of WGS84 as its receiver gave them, and the moment it was taken."""

    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None


def read_told(path: Path) -> Told:
    """Place and time of a photograph, by its EXIF; what cannot be read is not told.

    Parameters
    ----------
    path
        A file of one of the types of photographs.

    Returns
    -------
    told
        A time without a zone is taken as of ``GRID_TIMEZONE``; 0°, 0° is a receiver that saw nothing.
    """
    try:
        with _decoding(), Image.open(path, formats=_FORMATS) as image:
            exif = image.getexif()
            camera, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (*_UNREADABLE, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Told()
    lon, lat = _position(place)
    return Told(lon, lat, _moment(camera, exif))


def make_thumbnail(path: Path, target: Path, name: str) -> None:
    """Write a small JPEG of a photograph, turned as it was held, which tells nothing of place or time.

    Decoding the photograph to its end is also how a damaged one is found.

    Parameters
    ----------
    path
        The photograph.
    target
        The file to write.
    name
        What people call it, for the sentence.

    Raises
    ------
    UserError
        It has too many pixels, or cannot be decoded to its end.
    """
    with _opened(path, name) as image:
        image.draft("RGB", (THUMB_SIDE * 2, THUMB_SIDE * 2))  # a JPEG is then decoded at the scale that is needed
        small = ImageOps.exif_transpose(image)
        small.thumbnail((THUMB_SIDE, THUMB_SIDE))
        ground = Image.new("RGB", small.size, "white")
        seen = small.convert("RGBA")
        ground.paste(seen, mask=seen)
    ground.save(target, "JPEG", quality=80)


def make_plain(path: Path, target: Path, file_type: FileType) -> None:
    """Write the photograph anew from its pixels alone, turned as it was held: nothing else it held goes along.

    Parameters
    ----------
    path
        A photograph that can be decoded.
    target
        The file to write.
    file_type
        Its type, which it keeps.

    Raises
    ------
    UserError
        It has too many pixels, or cannot be decoded to its end.
    """
    with _opened(path, path.name) as image:
        turned = ImageOps.exif_transpose(image)
        mode = "RGBA" if turned.has_transparency_data and file_type is not FileType.JPEG else "RGB"
        colours = turned.info.get("icc_profile") if turned.mode == mode else None
        pixels = Image.new(mode, turned.size)
        pixels.paste(turned.convert(mode))
    pixels.save(target, file_type.value, quality=92, icc_profile=colours)


@contextmanager
def _decoding() -> Iterator[None]:
    # Pillow warns of notes it cannot read, and gives those it can: nobody is to be told of either
    with _DECODING, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Image.Image]:
    try:
        with _decoding(), Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UserError("attachment.error.pixels", name=name, most=MOST_PIXELS // 10**6)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserError("attachment.error.pixels", name=name, most=MOST_PIXELS // 10**6) from None
    except _UNREADABLE as fault:
        if getattr(fault, "errno", None):  # the disk's, not the photograph's
            raise
        raise UserError("attachment.error.damaged", name=name) from None


def _position(place: dict[int, Any]) -> tuple[float | None, float | None]:
    tags = ExifTags.GPS
    lat = _degrees(place.get(tags.GPSLatitude), place.get(tags.GPSLatitudeRef), "S", 90)
    lon = _degrees(place.get(tags.GPSLongitude), place.get(tags.GPSLongitudeRef), "W", 180)
    if lon is None or lat is None or (lon == 0 and lat == 0):
        return None, None
    return lon, lat


def _degrees(said: Any, side: Any, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(each) for each in said)
    except _UNREADABLE:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not (math.isfinite(value) and 0 <= value <= most):
        return None
    return -value if str(side).strip("\0 ") == negative else value


def _moment(camera: dict[int, Any], exif: Image.Exif) -> datetime | None:
    tags = ExifTags.Base
    said = camera.get(tags.DateTimeOriginal) or exif.get(tags.DateTime)
    offset = camera.get(tags.OffsetTimeOriginal) or ""
    try:
        local = datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(
            tzinfo=ZoneInfo(settings().timezone)
        )
        return (
            datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{str(offset).strip(chr(0) + ' ')}") if offset else local
        )
    except ValueError:
        return None
