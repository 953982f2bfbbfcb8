"""Files of home in which a word still stands: what the program wrote for people, and nobody has thrown away."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ELSEWHERE = {"postgres", "attachments", "backups"}
"""What is no file for people: the database itself, photographs by their hash, whole backups."""
MOST_BYTES = 50 * 2**20


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
        In the order of their paths; of those larger than 50 MB nothing is known, and they are listed too.
    """
    sought = [_pattern(word) for word in words]
    found = (file for file in _files(home) if file.stat().st_size > MOST_BYTES or _holds(file, sought))
    return sorted(found) if words else []


def _files(home: Path) -> Iterator[Path]:
    for top in home.iterdir():
        if top.name in ELSEWHERE:
            continue
        yield from (each for each in ([top] if top.is_file() else top.rglob("*")) if each.is_file())


def _pattern(word: str) -> re.Pattern[bytes]:
    """Texts of offices are in one of two encodings; a login or a number only as a whole."""
    if word.isascii():
        return re.compile(b"(?<![A-Za-z0-9])" + re.escape(word.encode()) + b"(?![A-Za-z0-9])")
    return re.compile(b"|".join(re.escape(word.encode(encoding)) for encoding in ("utf-8", "gb18030")))


def _holds(file: Path, sought: list[re.Pattern[bytes]]) -> bool:
    try:
        with zipfile.ZipFile(file) as book:
            texts = [book.read(part) for part in book.infolist() if part.file_size <= MOST_BYTES]
    except (zipfile.BadZipFile, OSError):
        texts = [file.read_bytes()]
    return any(word.search(text) for text in texts for word in sought)
