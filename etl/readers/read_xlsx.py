"""XLSX workbooks, all sheets, read as a stream; numbers come back as the text a person typed, while it is there."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from itertools import islice
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import pandas as pd
from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, builtin_format_code
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from etl.readers.numerals import percent_text, shows_percent
from etl.readers.sheet import LINES_LOOKED_AT, NO_HINTS, ROWS_A_CHUNK, Chunk, Hints, Sheet, unreadable_file
from etl.readers.unpack import MOST_UNPACKED_BYTES, is_archive_bomb
from geodata.locale import Lang, translate
from geodata.tables.spreadsheet_cell import text_cell
from geodata.tables.workbook_escapes import read_workbook_escapes

# the texts all sheets share are read into memory as a whole, so they are bounded apart
MOST_SHARED_BYTES = 1 << 29
_SHARED = "xl/sharedStrings.xml"
_MOST_COLUMNS = 1000
_EXACT_DIGITS = 15


class _Parser(WorkSheetParser):
    """Shows a formula whose result the file does not hold as the formula: it must not pass for a blank cell.

    A number its cell shows as a percent comes as that text; escapes in a text are what they stand for.
    """

    percents: Mapping[int, str] = MappingProxyType({})
    """The number formats with a percent sign, by style."""
    quoted: frozenset[int] = frozenset()
    """The styles that say of a text that it is one, whatever it begins with."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["style_id"] in self.percents and cell["data_type"] == "n" and cell["value"] is not None:
            value = cell["value"]
            if isfinite(value) and shows_percent(self.percents[cell["style_id"]], value):
                cell["value"] = percent_text(value)
        if isinstance(cell["value"], str):
            value = read_workbook_escapes(cell["value"])
            cell["value"] = text_cell(value) if cell["style_id"] in self.quoted else value
        # of type "str" an empty result is one: the formula gave an empty text
        if cell["value"] is None and element.get("t", "n") != "str":
            formula: Element | None = element.find(FORMULA_TAG)
            if formula is not None:
                cell["value"] = f"={formula.text or ''}"
        return cell


def text_of(value: Any) -> str | None:
    """A typed cell as text. A number with more than 15 digits has lost some already, and so is shown in E notation.

    Parameters
    ----------
    value
        Text, number, truth, day, hour or moment; None for a blank cell.

    Returns
    -------
    text
        None for nothing; whole numbers without decimals, moments to the second.
    """
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


def own_sheets() -> set[str]:
    """Sheets this program writes beside data, which hold no facts.

    Returns
    -------
    names
        In both languages.
    """
    return {translate(f"etl.sheet.{name}", lang) for name in ("faults", "guide") for lang in Lang}


def _percents(book: Any) -> dict[int, str]:
    """The number formats with a percent sign among the workbook's styles, by the number of the style."""
    own = book._number_formats
    codes = (each.numFmtId for each in book._cell_styles)
    said = (
        own[code - BUILTIN_FORMATS_MAX_SIZE]
        if BUILTIN_FORMATS_MAX_SIZE <= code < BUILTIN_FORMATS_MAX_SIZE + len(own)
        else builtin_format_code(code) or ""
        for code in codes
    )
    return {style: each for style, each in enumerate(said) if "%" in each}


def _rows(book: Any, sheet: str) -> Generator[tuple[int, dict[int, str]]]:
    """Every row that holds anything: its number, and the texts by their place (0, 1, …)."""
    page = book[sheet]
    # the library's own loop over rows fills every gap, also one of a billion rows; and it has no public way to see
    # formulas and results at once
    with page._get_source() as part:
        parser = _Parser(
            part,
            page._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        parser.percents = _percents(book)
        parser.quoted = frozenset(place for place, each in enumerate(book._cell_styles) if each.quotePrefix)
        for number, cells in parser.parse():
            texts = {int(cell["column"]) - 1: text for cell in cells if (text := text_of(cell["value"])) is not None}
            if texts:
                yield int(number), texts


@contextmanager
def _opened(file: Path) -> Generator[Any]:
    """The workbook; its file is closed for certain, also where the library gives up on a damaged one half-way."""
    with file.open("rb") as stream, closing(load_workbook(stream, read_only=True, data_only=True)) as book:
        yield book


def _beyond(texts: dict[int, str], width: int) -> int | None:
    """The first place right of the headings that says something."""
    if max(texts) < width:
        return None
    return min((place for place, text in texts.items() if place >= width and text.strip()), default=None)


def _table(lines: Iterator[tuple[int, dict[int, str]]], width: int, file: Path, name: str) -> Generator[Chunk]:
    """The rows under the headings, a chunk at a time."""
    numbers: list[int] = []
    rows: list[tuple[str | None, ...]] = []
    for number, texts in lines:
        beyond = _beyond(texts, width)
        if beyond is not None:
            raise unreadable_file("beyond_headings", file, sheet=name, row=number, column=get_column_letter(beyond + 1))
        numbers.append(number)
        rows.append(tuple(map(texts.get, range(width))))
        if len(rows) == ROWS_A_CHUNK:
            yield Chunk(pd.DataFrame(rows, index=numbers, columns=range(width), dtype=object))
            numbers, rows = [], []
    if rows:
        yield Chunk(pd.DataFrame(rows, index=numbers, columns=range(width), dtype=object))


def _heading_line(first: Sequence[tuple[int, dict[int, str]]], shown: Sequence[Sequence[str]], hints: Hints) -> int:
    """Where in ``first`` the headings stand; blank lines are not there, so a declared line is looked up by number."""
    if hints.header is not None:
        return next((at for at, (number, _) in enumerate(first) if number >= hints.header), len(first) - 1)
    return hints.find_headings(shown, hints) or 0


def _sheet(file: Path, book: Any, name: str, hints: Hints) -> Sheet | None:
    with closing(_rows(book, name)) as lines:
        first = list(islice(lines, max(LINES_LOOKED_AT, hints.header or 0)))
    if not first:
        return None
    # a table this wide is a slip (a cell at the far right), and would be taken for one at a thousandfold cost
    shown = [tuple(texts.get(place, "") for place in range(min(max(texts), _MOST_COLUMNS) + 1)) for _, texts in first]
    at = _heading_line(first, shown, hints)
    headings = shown[at]
    if len(headings) > _MOST_COLUMNS:
        raise unreadable_file("too_wide", file, sheet=name, most=_MOST_COLUMNS)

    def chunks() -> Generator[Chunk]:
        with _opened(file) as again, closing(_rows(again, name)) as lines:
            yield from _table(_readable(file, islice(lines, at + 1, None)), len(headings), file, name)

    above = tuple(" ".join(filter(None, texts)) for texts in shown[:at])
    return Sheet(file, name, headings, chunks, above=above, hidden=book[name].sheet_state != "visible")


UNREADABLE = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    OSError,
    EOFError,
    # bytes that are no longer what the archive's index says of them
    zlib.error,
    struct.error,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


def _readable(file: Path, lines: Iterator[tuple[int, dict[int, str]]]) -> Generator[tuple[int, dict[int, str]]]:
    """The lines; a workbook that turns out broken on the way is said to be."""
    try:
        yield from lines
    except UNREADABLE as error:
        raise unreadable_file("not_a_workbook", file) from error


def read_xlsx(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every sheet that holds anything, but for the ones this program adds to templates and fault lists.

    Parameters
    ----------
    file
        A file that is there.
    hints
        A line of headings declared there goes before one that is found.

    Returns
    -------
    sheets
        In the workbook's order; row numbers are those a person sees.

    Raises
    ------
    UserError
        Not a workbook (or one under a password), damaged, or absurdly large unpacked.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            sizes = {each.filename: each.file_size for each in parts.infolist()}
            burst = any(is_archive_bomb(each.compress_size, each.file_size) for each in parts.infolist())
        if burst or sum(sizes.values()) > MOST_UNPACKED_BYTES or sizes.get(_SHARED, 0) > MOST_SHARED_BYTES:
            raise unreadable_file("too_large", file)
        # opened once for all sheets: where a sheet does not say its size, opening reads all of it
        with _opened(file) as book:
            names = [page.title for page in book.worksheets if page.title not in own_sheets()]
            found = [_sheet(file, book, name, hints) for name in names]
    except UNREADABLE as error:
        raise unreadable_file("not_a_workbook", file) from error
    sheets = [each for each in found if each is not None]
    if not sheets:
        raise unreadable_file("empty", file)
    return sheets


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".xlsx": read_xlsx, ".xlsm": read_xlsx}
