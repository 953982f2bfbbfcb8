"""Workbooks: lists streamed into sheets, forms filled in cell by cell; text stays text, nothing is a formula.

A text that begins like a formula is marked as text in the way of workbooks (``quotePrefix``, a person's apostrophe), so
its cell holds the text alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geodata.errors import UserError
from geodata.tables.spreadsheet_cell import begins_formula
from geodata.tables.workbook_escapes import escape_for_workbook

HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
NEEDED_FILL = PatternFill("solid", fgColor="F8DFA8")
FAULT_FILL = PatternFill("solid", fgColor="F4B6B0")
_MOST_CHARACTERS = 32_000
_WIDEST, _NARROWEST, _LOOKED_AT = 46, 8, 200
MOST_ROWS = 1_048_575
"""As many rows as a sheet holds below its heading."""


def put_text(sheet: Worksheet, row: int, column: int, value: str) -> Cell:
    """Write text into a cell, as text.

    Parameters
    ----------
    sheet
        The sheet to write to.
    row
        Counted from 1.
    column
        Counted from 1.
    value
        The text; whatever it is like, it is no formula.

    Returns
    -------
    cell
        The cell written.
    """
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)
    _set_text(cell, value)
    return cell


def put_remark(cell: Cell, text: str, **size: int) -> None:
    """Put a remark to a cell.

    Parameters
    ----------
    cell
        A cell of a sheet.
    text
        The remark.
    **size
        ``height`` and ``width`` in points.
    """
    cell.comment = Comment(escape_for_workbook(text), "", **size)


def save_workbook(book: Workbook, out: Path) -> None:
    """Write a workbook to a file.

    Parameters
    ----------
    book
        The workbook, made whole in memory before it is written.
    out
        The file; its folder is made, one that is there is replaced.

    Raises
    ------
    UserError
        Not writable, not a file, or no room left.
    """
    # made whole in memory first: a half-written archive would complain once more when it is thrown away
    whole = BytesIO()
    book.save(whole)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(whole.getbuffer())
    except OSError as error:
        raise UserError("etl.cannot_write", file=out, why=error.strerror) from error


def put_heading(sheet: Worksheet, column: int, title: str, *, needed: bool = False, note: str = "") -> None:
    """Write a column's heading with its remark, and make the column wide enough for it.

    Parameters
    ----------
    sheet
        The sheet to write to.
    column
        Counted from 1; the heading stands in row 1.
    title
        The text.
    needed
        Whether the column has to be filled: it is shaded so.
    note
        A remark to the cell; empty for none.
    """
    cell = put_text(sheet, 1, column, title)
    cell.font = Font(bold=True)
    cell.fill = NEEDED_FILL if needed else HEAD_FILL
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    if note:
        put_remark(cell, note, height=110, width=260)
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in title)
    sheet.column_dimensions[get_column_letter(column)].width = max(12, wide + 4)


def workbook_bytes(sheets: Sequence[tuple[str, Sequence[str], Iterable[Iterable[Any]]]]) -> bytes:
    """Make a workbook of lists.

    Parameters
    ----------
    sheets
        ``(title, headings, rows)`` of each sheet; texts, numbers and days stay what they are, None is a blank cell.

    Returns
    -------
    content
        An XLSX file: each sheet with a frozen heading and a filter.
    """
    book = Workbook(write_only=True)
    for title, headings, rows in sheets:
        add_list_sheet(book, title, headings, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def add_list_sheet(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> int:
    """Stream a list into a new sheet of a write-only workbook.

    Parameters
    ----------
    book
        Opened with ``write_only=True``; memory does not grow with the rows.
    title
        Name of the sheet, as the workbook takes it: at most 31 signs, none of ``[]:*?/``.
    headings
        One for each column; columns are as wide as the widest of heading and first 200 rows.
    rows
        The cells of each row, None for a blank one; read once.

    Returns
    -------
    count
        How many rows were written.

    Raises
    ------
    UserError
        More rows than a sheet holds.
    """
    sheet = book.create_sheet(title)
    lines = (tuple(row) for row in rows)
    first = list(islice(lines, _LOOKED_AT))
    for place, heading in enumerate(headings):
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = _width([heading, *(line[place] for line in first)])
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, heading) for heading in headings])
    count = 0
    for count, line in enumerate(chain(first, lines), start=1):
        if count > MOST_ROWS:
            raise UserError("etl.export.too_many_rows", most=MOST_ROWS)
        sheet.append(list(_cells(sheet, line)))
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(headings), 1))}{count + 1}"
    return count


def _cells(sheet: Any, line: Iterable[Any]) -> Iterator[Any]:
    for value in line:
        if not isinstance(value, str) or not value:
            yield value if value != "" else None
            continue
        yield _set_text(WriteOnlyCell(sheet), value)


def _set_text(cell: Any, value: str) -> Any:
    """Text in a cell, as text: also when a person opens and leaves it."""
    cell.value = escape_for_workbook(value[:_MOST_CHARACTERS])
    cell.data_type, cell.number_format = "s", "@"
    if begins_formula(value.lstrip("'")):
        cell.quotePrefix = True
    return cell


def _bold(sheet: Any, heading: str) -> Any:
    cell = _set_text(WriteOnlyCell(sheet), heading)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
    return cell


def _width(values: Sequence[Any]) -> float:
    """Wide enough for the longest cell looked at; a Chinese character takes two places."""
    longest = max(sum(2 if ord(char) > 0x2E7F else 1 for char in str(value)) for value in values if value is not None)
    return float(min(max(longest + 3, _NARROWEST), _WIDEST))
