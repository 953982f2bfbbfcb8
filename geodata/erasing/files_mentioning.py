"""Files of home in which a word still stands: what the program wrote for people, and nobody has thrown away."""

from __future__ import annotations

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

ELSEWHERE = {"postgres", "attachments", "backups"}
"""What is no file for people: the database itself, photographs by their hash, whole backups."""
MOST_BYTES = 50 * 2**20
_UNREADABLE = (
    OSError, zipfile.BadZipFile, RuntimeError, ValueError, EOFError, MemoryError, zlib.error, lzma.LZMAError,
    struct.error,
)  # fmt: skip
"""An archive can be ill in as many ways as there are libraries that unpack it."""


def files_mentioning(home: Path, words: Sequence[str]) -> list[Path]:
    """Look through texts and workbooks.

    Parameters
    ----------
    home
        Of the installation.
    words
        As they are written, whole or as a part.

    Returns
    -------
    files
        In the order of their paths; those of which nothing is known (larger than 50 MB, encrypted, damaged, not to be
        read) are listed too, and so are folders that cannot be looked into.
    """
    sought = [_pattern(word) for word in words]
    return sorted(file for file in _files(home) if _may_hold(file, sought)) if words else []


def _files(home: Path) -> Iterator[Path]:
    """Files, and folders nobody lets us look into."""
    closed: list[Path] = []
    for folder, inside, names in os.walk(home, onerror=lambda fault: closed.append(Path(str(fault.filename)))):
        at = Path(folder)
        if at == home:
            inside[:] = [name for name in inside if name not in ELSEWHERE]
        yield from (at / name for name in names)
    yield from closed


def _pattern(word: str) -> re.Pattern[bytes]:
    """Texts of offices are in one of two encodings; a login or a number only as a whole."""
    if word.isascii():
        return re.compile(b"(?<![A-Za-z0-9])" + re.escape(word.encode()) + b"(?![A-Za-z0-9])")
    return re.compile(b"|".join(re.escape(word.encode(encoding)) for encoding in ("utf-8", "gb18030")))


def _may_hold(file: Path, sought: list[re.Pattern[bytes]]) -> bool:
    """Whether a word is in it, or nobody knows: too large, encrypted, damaged, not ours to read."""
    try:
        if not file.is_file():
            return file.is_dir()
        return file.stat().st_size > MOST_BYTES or any(word.search(said) for said in _texts(file) for word in sought)
    except FileNotFoundError:  # removed since it was listed
        return False
    except _UNREADABLE:
        return True


def _texts(file: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(file):
        yield file.read_bytes()
        return
    with zipfile.ZipFile(file) as book:
        for part in book.infolist():
            if part.file_size > MOST_BYTES:
                raise ValueError(part.filename)
            yield book.read(part)
