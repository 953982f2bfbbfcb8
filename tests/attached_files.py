"""Files to attach, sound and not: photographs that tell place and time, documents, and what only pretends to be one."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import ExifTags, Image

LON, LAT, TAKEN = 126.42, 41.94, "2026-03-01 09:30:00"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def degrees(value: float) -> tuple[float, float, float]:
    minutes = (value - int(value)) * 60
    return float(int(value)), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)


def photo(
    kind: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    *,
    told: bool = True,
    taken: str = TAKEN,
    offset: str = "",
    lon: float = LON,
    lat: float = LAT,
    turned: int = 1,
    tint: int = 0,
) -> bytes:
    """A photograph whose left half is red and right half blue; ``told`` gives it place and time, as a phone does."""
    image = Image.new("RGB", size, (20, 40, 200 - tint))
    image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    if told:
        exif[ExifTags.Base.Make] = "Phone"
        camera = exif.get_ifd(ExifTags.IFD.Exif)
        camera[ExifTags.Base.DateTimeOriginal] = taken.replace("-", ":")
        if offset:
            camera[ExifTags.Base.OffsetTimeOriginal] = offset
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", degrees(lat)
        place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", degrees(lon)
    kept = io.BytesIO()
    image.save(kept, kind, exif=exif, quality=90)
    return kept.getvalue()


def noisy_photo(size: tuple[int, int], seed: int) -> bytes:
    """A photograph that hardly gets smaller: as large a JPEG as a phone's."""
    kept = io.BytesIO()
    noise = Image.effect_noise(size, 60 + seed % 40)
    Image.merge("RGB", (noise, noise.rotate(90).resize(size), noise.rotate(180))).save(kept, "JPEG", quality=88)
    return kept.getvalue()


def archive(large: int = 0) -> bytes:
    """A ZIP; with ``large`` a bomb of so many zero bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", bytes(large) or b"a")
    return kept.getvalue()


def pixel_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it has ``side`` × ``side`` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = side.to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def hidden_in_photo(other: bytes) -> bytes:
    """A photograph with another file behind its end."""
    return photo() + other


def commented(words: bytes) -> bytes:
    """A JPEG whose first comment holds ``words``: some programs take it for what the words say."""
    whole = photo(told=False)
    return whole[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words + whole[2:]
