"""A file as it arrives: written beside the store as it comes, counted and hashed, looked at, made ready to be kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from geodata.attachments.attachment_store import make_folder, told_when_full
from geodata.attachments.attachment_type import find_type
from geodata.attachments.clean_name import clean_name
from geodata.attachments.photograph import Told, make_plain, make_thumbnail, read_told
from geodata.errors import UserError
from geodata.file_type import FileType

CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class ReceivedFile:
    """A file that is fit to be kept.

    Attributes
    ----------
    path : where it lies until it is kept.
    thumb : its small picture beside it; None for a document.
    sha256 : of its bytes, in hexadecimal.
    size_bytes : how many there are.
    name : as the person called it, made safe, with the ending of its type.
    file_type : by its content.
    told : place and time, where the photograph tells them and was not made to be silent.
    is_stripped : whether place and time were taken out of it.
    """

    path: Path
    thumb: Path | None
    sha256: str
    size_bytes: int
    name: str
    file_type: FileType
    told: Told
    is_stripped: bool


@contextmanager
def receive_file(
    stream: BinaryIO, name: str, incoming: Path, most_bytes: int, *, strip: bool = False
) -> Iterator[ReceivedFile]:
    """Take a file in; whatever was not kept by the end of the block is thrown away.

    Parameters
    ----------
    stream
        Read to its end, or to one byte more than may be.
    name
        As the sender called it.
    incoming
        The store's own folder for what arrives; made when missing.
    most_bytes
        The largest size that is taken.
    strip
        Whether place, time and all else a photograph tells of itself are taken out of it, and not read.

    Yields
    ------
    file
        Fit to be kept.

    Raises
    ------
    UserError
        It is empty, too large, of no type that is taken, damaged or of two types at once, or there is no room left.
    """
    token = secrets.token_hex(16)
    arrived, plain, thumb = (incoming / f"{token}{ending}" for ending in ("", ".plain", ".thumb"))
    safe = clean_name(name)
    try:
        with told_when_full():
            make_folder(incoming)
            sha256, size = _write(stream, arrived, most_bytes, safe)
            file_type = find_type(arrived, safe)
            is_photo = file_type is not FileType.PDF
            told = read_told(arrived) if is_photo and not strip else Told()
            if is_photo:
                make_thumbnail(arrived, thumb, safe)
            path = arrived
            if strip and is_photo:
                make_plain(arrived, plain, file_type)
                path = plain
                with plain.open("rb") as file:
                    sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), plain.stat().st_size
        yield ReceivedFile(
            path,
            thumb if is_photo else None,
            sha256,
            size,
            clean_name(name, file_type),
            file_type,
            told,
            is_stripped=strip and is_photo,
        )
    finally:
        for each in (arrived, plain, thumb):
            each.unlink(missing_ok=True)


def _write(stream: BinaryIO, target: Path, most_bytes: int, name: str) -> tuple[str, int]:
    """Hash and size of what was written; more than may be is never written to its end."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            if size > most_bytes:
                raise UserError("attachment.error.too_large", name=name, mb=most_bytes // 2**20)
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise UserError("attachment.error.empty", name=name)
    return digest.hexdigest(), size
