"""XLSX workbooks, all sheets, read as a stream; numbers come back as the text a person typed, while it is there."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from etl.sheet import ROWS_A_CHUNK, Chunk, Sheet, refused
from geodata.words import Lang, say

# a workbook is a zip: this much unpacked text is far beyond a million rows, and a trap beyond that
MOST_UNPACKED_BYTES = 4 << 30
_EXACT_DIGITS = 15


def _text(value: Any) -> str | None:
    """A typed cell as text. A number with more than 15 digits has lost some already, and so is shown in E notation."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        if abs(value) >= 10**_EXACT_DIGITS:
            return f"{value:.5E}" if abs(value) < 1e300 else "1E+300"
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def _own_sheets() -> set[str]:
    """Sheets this program writes beside data, which hold no facts."""
    return {say(f"etl.sheet.{name}", lang) for name in ("faults", "guide") for lang in Lang}


def _rows(file: Path, sheet: str) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        page = book[sheet]
        page.reset_dimensions()
        for number, row in enumerate(page.iter_rows(values_only=True), start=1):
            texts = tuple(_text(value) for value in row)
            if any(texts):
                yield number, texts
    finally:
        book.close()


def _sheet(file: Path, name: str) -> Sheet | None:
    _, first = next(_rows(file, name), (0, ()))
    if not first:
        return None
    headings = tuple(text or "" for text in first)

    def chunks() -> Generator[Chunk]:
        numbers: list[int] = []
        rows: list[tuple[str | None, ...]] = []
        width = len(headings)
        lines = _rows(file, name)
        next(lines, None)
        for number, texts in lines:
            if any(texts[width:]):
                raise refused("beyond_headings", file, sheet=name, row=number)
            numbers.append(number)
            rows.append((texts + (None,) * width)[:width])
            if len(rows) == ROWS_A_CHUNK:
                yield Chunk(pd.DataFrame(rows, index=numbers, columns=range(width), dtype=object))
                numbers, rows = [], []
        if rows:
            yield Chunk(pd.DataFrame(rows, index=numbers, columns=range(width), dtype=object))

    return Sheet(file, name, headings, chunks)


def read(file: Path) -> list[Sheet]:
    """Every sheet that holds anything, but for the ones this program adds to templates and fault lists.

    Raises
    ------
    UserError
        Not a workbook (or one under a password), damaged, or absurdly large unpacked.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(each.file_size for each in parts.infolist()) > MOST_UNPACKED_BYTES:
                raise refused("too_large", file)
        book = load_workbook(file, read_only=True, data_only=True)
        names = [page.title for page in book.worksheets]
        book.close()
        found = [_sheet(file, name) for name in names if name not in _own_sheets()]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as error:
        raise refused("not_a_workbook", file) from error
    sheets = [each for each in found if each is not None]
    if not sheets:
        raise refused("empty", file)
    return sheets


READERS: dict[str, Callable[[Path], list[Sheet]]] = {".xlsx": read, ".xlsm": read}
