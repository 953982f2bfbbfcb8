"""XLS workbooks by xlrd: written in Python, it ends with an error where a damaged file leads libraries in C astray."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import xlrd

from etl.readers.numerals import percent_text, shows_percent
from etl.readers.read_ods import Lines, sheet_of
from etl.readers.read_xlsx import own_sheets, text_of
from etl.readers.sheet import NO_HINTS, Hints, Sheet, unreadable_file

_MOST_BYTES = 64 << 20
"""A sheet of all 65 536 rows and twenty columns is a quarter of it."""
_MOST_COLUMNS = 256
"""No XLS has more; a damaged one may say so."""


_PERCENT = 64
"""Our own type of cell, beside those of the library: a number whose format has a percent sign."""


def _mark_percents(book: Any) -> None:
    """Have the library tell percents from other numbers, as it tells days; before any sheet is read."""
    for place, style in enumerate(book.xf_list):
        number_format = book.format_map.get(style.format_key)
        plain = book._xf_index_to_xl_type_map.get(place) == xlrd.XL_CELL_NUMBER
        if plain and number_format is not None and shows_percent(number_format.format_str, 1):
            book._xf_index_to_xl_type_map[place] = _PERCENT


def value_of(cell: xlrd.sheet.Cell, datemode: int) -> Any:
    """A cell as a Python value; a day and a percent are told from a number by their format, as the file says.

    Parameters
    ----------
    cell
        A cell of xlrd.
    datemode
        Which day the workbook counts from: 0 for 1900, 1 for 1904.

    Returns
    -------
    value
        Text, number, truth, day, hour or moment; a percent and an error as the text the cell shows.
    """
    if cell.ctype == _PERCENT:
        return percent_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, datemode)
        except (OverflowError, ValueError):
            return cell.value
        # a day alone or an hour alone is a number without the other part
        if cell.value < 1:
            return moment.time()
        return moment.date() if moment.time() == time() else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return cell.value


def _lines(book: Any, name: str) -> Lines:
    page = book.sheet_by_name(name)
    for row in range(page.nrows):
        texts = [text_of(value_of(cell, book.datemode)) for cell in page.row(row)]
        if any(texts):
            yield row + 1, texts + [None] * (page.ncols - len(texts))


def read_xls(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every sheet that holds anything.

    Parameters
    ----------
    file
        A file that is there.
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
    if file.stat().st_size > _MOST_BYTES:
        raise unreadable_file("too_large", file)
    try:
        # ragged: a cell said to stand far to the right must not widen every row
        book = xlrd.open_workbook(str(file), logfile=StringIO(), ragged_rows=True, on_demand=True)
        _mark_percents(book)
        if any(page.ncols > _MOST_COLUMNS for page in book.sheets()):
            raise ValueError("wider than the format allows")
        found = [
            sheet_of(file, page.name, partial(_lines, book, page.name), hints, hidden=bool(page.visibility))
            for page in book.sheets()
            if page.name not in own_sheets()
        ]
    except Exception as error:
        # a damaged file may break the library at any of its assumptions
        raise unreadable_file("not_a_workbook", file) from error
    sheets = [each for each in found if each is not None]
    if not sheets:
        raise unreadable_file("empty", file)
    return sheets


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".xls": read_xls}
