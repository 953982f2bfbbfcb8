"""Styles and safety of the workbooks this program writes: text stays text, nothing is ever run as a formula."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geodata.errors import UserError

HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
NEEDED_FILL = PatternFill("solid", fgColor="F8DFA8")
FAULT_FILL = PatternFill("solid", fgColor="F4B6B0")
FULL_WIDTH_SIGNS = "＝＋－＠"
"""Some spreadsheets read them as =, +, - and @."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", *FULL_WIDTH_SIGNS)
_MOST_CHARACTERS = 32_000


def harmless(value: str) -> str:
    """Text that no spreadsheet runs as a formula, also after being saved as CSV.

    The apostrophe put before a formula's sign is taken off again when the file is loaded.

    Parameters
    ----------
    value
        The text of a cell.

    Returns
    -------
    text
        Without control characters, 32 000 characters at most, an apostrophe before a formula's sign; numbers stay as
        they are.
    """
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)[:_MOST_CHARACTERS]
    if plain.startswith(_FORMULA_STARTS):
        try:
            float(plain)
        except ValueError:
            return f"'{plain}"
    return plain


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
        The text; made harmless.

    Returns
    -------
    cell
        The cell written.
    """
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)
    cell.value = harmless(value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


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
        cell.comment = Comment(note, "", height=110, width=260)
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in title)
    sheet.column_dimensions[get_column_letter(column)].width = max(12, wide + 4)
