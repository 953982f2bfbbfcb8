"""What no spreadsheet may take for a formula (OWASP, "CSV injection"); every list is written through here."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FULL_WIDTH_SIGNS = "＝＋－＠"
"""Some spreadsheets read them as =, +, - and @."""
FORMULA_SIGNS = frozenset("=+-@" + FULL_WIDTH_SIGNS)


def harmless_cell(value: Any) -> Any:
    """Give a cell that no spreadsheet runs, also after the file was saved as CSV and opened again.

    Parameters
    ----------
    value
        A cell of a list. Whatever is no text stays as it is, and so does a text that is a number (``-0.5``).

    Returns
    -------
    cell
        A text whose first sign that can be seen begins a formula has an apostrophe before it; blanks, line feeds and
        invisible characters before that sign hide nothing. Control characters no workbook may hold are left out.
        Loading takes the apostrophe off again (``etl.kinds.cell_text.clean_text``).
    """
    if not isinstance(value, str):
        return value
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    seen = next((sign for sign in plain if sign.isprintable() and not sign.isspace()), "")
    runs = plain.startswith(("\t", "\r")) or (seen in FORMULA_SIGNS and not _is_number(plain))
    return f"'{plain}" if runs else plain


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip() and text.isascii()
