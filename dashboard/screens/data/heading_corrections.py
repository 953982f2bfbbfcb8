"""The headings of a file that could not be read as it stands, with what each seems to mean, to be corrected by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.screens.data.uploads import Waiting
from etl.readers.sheet import Sheet
from etl.recognise.headings import fold_heading, recognise_columns
from etl.recognise.open_sheets import open_sheets
from etl.recognise.recognise_kind import kind_by_headings, kind_by_name
from etl.recognise.sheet_plan import without_hidden
from etl.sources import discover
from geodata.errors import UserError


@dataclass(frozen=True)
class Heading:
    """A heading of a sheet, the kind of fact the sheet seems to hold, and the field it seems to be ("": none)."""

    kind: str
    title: str
    field: str


def guessed_headings(waiting: Waiting, path: Path) -> list[Heading]:
    """Every heading of the sheets whose kind can be told; [] for a file that cannot be opened at all.

    Parameters
    ----------
    waiting
        The file, and what is said of it.
    path
        Where it lies.

    Returns
    -------
    headings
        In the order of the file, hidden sheets and blank headings left out; those of sheets whose kind can be told; []
        for a file that cannot be opened at all.
    """
    try:
        return [each for sheet in without_hidden(open_sheets(path))[0] for each in _of(sheet, waiting)]
    except UserError:
        return []


def _of(sheet: Sheet, waiting: Waiting) -> Iterator[Heading]:
    told = waiting.kind or kind_by_name(sheet.name, sheet.file.stem)
    kind = told or kind_by_headings(sheet.headings, cut=sheet.cut)
    if kind not in discover():
        return
    corrected = {fold_heading(spelt): field for spelt, field in waiting.columns.items()}
    # also two columns of one field: here it is that a person says otherwise
    columns = recognise_columns(discover()[str(kind)], sheet.headings, corrected, cut=sheet.cut)
    meant = {each.heading: each.field.name for each in columns}
    for title in filter(str.strip, sheet.headings):
        yield Heading(str(kind), title, meant.get(title, ""))
