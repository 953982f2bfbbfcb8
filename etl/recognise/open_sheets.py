"""A file opened with the headings of every kind of fact known, so that a title above a table is not taken for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from etl.readers import data_files
from etl.readers.sheet import NO_HINTS, Hints, Sheet
from etl.recognise.recognise_kind import heading_line


def open_sheets(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Open every table of a file.

    Parameters
    ----------
    file
        A file of an accepted format.
    hints
        What is known about it before it is opened; a line of headings declared there goes before one that is found.

    Returns
    -------
    sheets
        At least one, in the file's order.

    Raises
    ------
    UserError
        The file is missing, not of an accepted format, or damaged.
    """
    return data_files.read_sheets(file, replace(hints, find_headings=heading_line))
