"""What a file is by its content, whatever it is called; anything not on the list is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

from geodata.errors import UserError
from geodata.file_type import FileType

_HEAD, _TAIL = 1024, 2048
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
# what makes a browser, an interpreter or a reader of documents take the file for something else
_OTHERS = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php", b"<?xml", b"%pdf-", b"#!/")


def find_type(path: Path, name: str) -> FileType:
    """The type of a file by how it begins, if it is that type alone.

    Parameters
    ----------
    path
        The file, not empty.
    name
        What people call it, for the sentence.

    Returns
    -------
    file_type
        One that is taken. A photograph is still to be decoded before it counts as whole.

    Raises
    ------
    UserError
        It is of no type that is taken, of two at once, or a PDF without its end.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    found = _by_signature(head)
    if found is None:
        key = "heic" if head[4:8] == b"ftyp" and head[8:12] in _HEIC else "type"
        raise UserError(f"attachment.error.{key}", name=name)
    if any(mark in head[4:].lower() for mark in _OTHERS) or zipfile.is_zipfile(path):
        raise UserError("attachment.error.two_kinds", name=name)
    if found is FileType.PDF and b"%%EOF" not in tail:
        raise UserError("attachment.error.damaged", name=name)
    return found


def _by_signature(head: bytes) -> FileType | None:
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType.WEBP
    return FileType.PDF if head.startswith(b"%PDF-") else None
