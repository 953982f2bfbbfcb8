"""A list as CSV that Excel opens in Chinese and in which nothing is a formula; the one writer of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from geodata.tables.spreadsheet_cell import harmless_cell

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese CSV in the machine's old code page."""


def write_csv_rows(stream: TextIO, headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> int:
    """Write a list to an open text stream.

    Parameters
    ----------
    stream
        Opened with ``newline=""`` and ``utf-8-sig``, or a ``StringIO`` whose text is given the mark afterwards.
    headings
        One for each column.
    rows
        The cells of each row, None for a blank one; read once, one by one.

    Returns
    -------
    count
        How many rows were written.
    """
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([harmless_cell(heading) for heading in headings])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # counted while they pass
        writer.writerow([harmless_cell(value) for value in row])
    return count
