"""ODS workbooks by calamine, which reads a workbook whole; so its size is bounded before."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

import pandas as pd
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from etl.readers.numerals import percent_text
from etl.readers.read_xlsx import UNREADABLE, own_sheets, text_of
from etl.readers.sheet import LINES_LOOKED_AT, NO_HINTS, ROWS_A_CHUNK, Chunk, Hints, Sheet, unreadable_file
from etl.readers.unpack import is_archive_bomb

_MOST_ODS_BYTES = 1 << 30
_MOST_CELLS = 40_000_000
"""Filled cells of all sheets: two million rows of twenty columns."""
_BLOCK = 1 << 20
_CONTENT = "content.xml"
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


Runs = tuple[tuple[int, int], ...]
"""Places in a row: from one (0, 1, …), so many."""


class _Cells:
    """Counts the filled cells an ODS unfolds to, since one cell may say it is there a million times; notes percents."""

    def __init__(self, file: Path) -> None:
        self.total = 0
        self.percents: dict[str, list[tuple[int, int, Runs]]] = {}
        """Per sheet the rows with percents, from one to one (counted from 1), and their places."""
        self._sheet = ""
        self._row = self._place = 0
        self._runs: list[tuple[int, int]] = []
        self._file = file
        self._in_row = 0
        self._rows = 1
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table":
            self._sheet, self._row = said.get("table:name", ""), 0
        elif name == "table:table-row":
            self._rows, self._in_row = int(said.get("table:number-rows-repeated", 1)), 0
            self._place, self._runs = 0, []
        elif name in _CELLS:
            self._cell(said.get("office:value-type"), int(said.get("table:number-columns-repeated", 1)))

    def _end(self, name: str) -> None:
        if name == "table:table-row":
            self.total += self._rows * self._in_row
            if self.total > _MOST_CELLS:
                raise unreadable_file("too_large", self._file)
            self._note(tuple(self._runs))

    def _cell(self, kind: str | None, count: int) -> None:
        self._in_row += count if kind else 0
        if kind == "percentage":
            self._runs.append((self._place, count))
        self._place += count

    def _note(self, runs: Runs) -> None:
        """Count the row; rows with percents at the same places are kept as one."""
        first, self._row = self._row + 1, self._row + self._rows
        if runs:
            noted = self.percents.setdefault(self._sheet, [])
            if noted and noted[-1][1:] == (first - 1, runs):
                first = noted.pop()[0]
            noted.append((first, self._row, runs))

    def _entity(self, *_said: Any) -> None:
        raise unreadable_file("entities", self._file)

    def count(self, stream: IO[bytes]) -> None:
        """Read the workbook's content through."""
        while block := stream.read(_BLOCK):
            self._parser.Parse(block, False)
        self._parser.Parse(b"", True)


def _bounded(file: Path) -> Mapping[str, list[tuple[int, int, Runs]]]:
    """Where the percents of each sheet stand, as in :class:`_Cells`; what would not fit into memory is refused."""
    with zipfile.ZipFile(file) as parts:
        sizes = [(each.compress_size, each.file_size) for each in parts.infolist()]
        if sum(size for _, size in sizes) > _MOST_ODS_BYTES or any(is_archive_bomb(*each) for each in sizes):
            raise unreadable_file("too_large", file)
        with parts.open(_CONTENT) as stream:
            found = _Cells(file)
            found.count(stream)
    return found.percents


Lines = Iterator[tuple[int, list[str | None]]]
"""The number and the texts of every row that holds anything."""


def _lines(book: CalamineWorkbook, name: str, percents: Sequence[tuple[int, int, Runs]] = ()) -> Lines:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for first, last, runs in percents:
        for row in rows[first - 1 : last]:
            _show_percents(row, runs)
    for number, row in enumerate(rows, start=1):
        texts = [text_of(value) for value in row]
        if any(texts):
            yield number, texts


def _show_percents(row: list[Any], runs: Runs) -> None:
    """Put the text its cell shows in the place of each percent of a row."""
    for start, count in runs:
        for place in range(start, min(start + count, len(row))):
            if isinstance(row[place], float):
                row[place] = percent_text(row[place])


def _nothing_beyond(file: Path, name: str, row: int, texts: list[str | None], width: int) -> None:
    """Refuse a row that says something right of the headings."""
    for place, text in enumerate(texts[width:], start=width + 1):
        if text and text.strip():
            raise unreadable_file("beyond_headings", file, sheet=name, row=row, column=get_column_letter(place))


def sheet_of(file: Path, name: str, lines: Callable[[], Lines], hints: Hints, *, hidden: bool = False) -> Sheet | None:
    """The sheet whose rows ``lines`` gives, from the first one on each time it is called; None for a blank one.

    Parameters
    ----------
    file
        The workbook.
    name
        Name of the sheet.
    lines
        Gives number (from 1) and texts of every row that holds anything.
    hints
        A line of headings declared there goes before one that is found.
    hidden
        Whether a person who opens the workbook does not see it.

    Returns
    -------
    sheet
        Its reading ends with a UserError at a row that says something right of the headings.
    """
    first = list(islice(lines(), max(LINES_LOOKED_AT, hints.header or 0)))
    if not first:
        return None
    shown = [[text or "" for text in texts] for _, texts in first]
    if hints.header is not None:
        at = next((place for place, (number, _) in enumerate(first) if number >= hints.header), len(first) - 1)
    else:
        at = hints.find_headings(shown, hints) or 0
    headings = tuple(shown[at])
    while headings and not headings[-1].strip():
        headings = headings[:-1]

    def chunks() -> Generator[Chunk]:
        rows = islice(lines(), at + 1, None)
        while part := list(islice(rows, ROWS_A_CHUNK)):
            for number, texts in part:
                _nothing_beyond(file, name, number, texts, len(headings))
            cells = [texts[: len(headings)] for _, texts in part]
            numbers = [number for number, _ in part]
            yield Chunk(pd.DataFrame(cells, index=numbers, columns=range(len(headings)), dtype=object))

    above = tuple(" ".join(filter(None, texts)) for texts in shown[:at])
    return Sheet(file, name, headings, chunks, above=above, hidden=hidden)


def _pages(book: CalamineWorkbook) -> dict[str, bool]:
    """The sheets of cells by name, and whether a person sees them."""
    sheets = (each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet)
    return {each.name: each.visible == SheetVisibleEnum.Visible for each in sheets}


def read_ods(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every sheet that holds anything.

    Parameters
    ----------
    file
        A file that is there; it is read whole.
    hints
        A line of headings declared there goes before one that is found.

    Returns
    -------
    sheets
        In the workbook's order, without those this program adds.

    Raises
    ------
    UserError
        Not a workbook (or one under a password), damaged, or absurdly large.
    """
    try:
        percents = _bounded(file)
        book = CalamineWorkbook.from_path(str(file))
        pages = _pages(book)
        found = [
            sheet_of(file, name, partial(_lines, book, name, percents.get(name, [])), hints, hidden=not visible)
            for name, visible in pages.items()
            if name not in own_sheets()
        ]
    except (CalamineError, PasswordError, expat.ExpatError, *UNREADABLE) as error:
        raise unreadable_file("not_a_workbook", file) from error
    sheets = [each for each in found if each is not None]
    if not sheets:
        raise unreadable_file("empty", file)
    return sheets


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".ods": read_ods}
