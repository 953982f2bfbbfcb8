"""A shape as text in the cells of a sheet: one column, and where a cell is too small for it more, numbered from 2."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import replace

import pandas as pd

from etl.kinds.cell_text import clean_text
from etl.readers.sheet import Chunk, Sheet
from etl.recognise.geometry_text import shapes_of
from etl.recognise.headings import fold_heading
from geodata.locale import Lang, translate

MOST_CHARACTERS = 32_000
"""Of one cell: a spreadsheet takes 32,767."""


def boundary_title(lang: Lang) -> str:
    """The heading of a boundary as WKT.

    Parameters
    ----------
    lang
        The language of the heading.

    Returns
    -------
    title
        From the catalogue.
    """
    return translate("etl.workbook.boundary", lang)


def numbered_headings(title: str, columns: int) -> list[str]:
    """The headings of that many columns of one shape.

    Parameters
    ----------
    title
        The heading of the first.
    columns
        How many.

    Returns
    -------
    titles
        The first without a number, then from 2.
    """
    return [title if number == 1 else f"{title} {number}" for number in range(1, columns + 1)]


def split_text(text: str) -> list[str]:
    """A text as one cell after the other, cut behind a comma where there is one; a blank one has none.

    Parameters
    ----------
    text
        Any text, such as WKT.

    Returns
    -------
    cells
        Of at most 32,000 signs each; put together they are the text.
    """
    found = []
    while len(text) > MOST_CHARACTERS:
        at = text.rfind(",", 0, MOST_CHARACTERS) + 1 or MOST_CHARACTERS
        found.append(text[:at])
        text = text[at:]
    return [*found, text] if text else found


def join_texts(cells: pd.DataFrame, places: tuple[int, ...]) -> pd.Series:
    """The texts of the columns ``places``, each row's put together again.

    Parameters
    ----------
    cells
        A chunk's texts (None: blank), index row number.
    places
        Columns, in the order of the pieces, at least one.

    Returns
    -------
    texts
        Index of ``cells``; None where all pieces are blank.
    """
    if len(places) == 1:
        return cells[places[0]]
    rows = zip(*(cells[place].tolist() for place in places), strict=True)
    # what keeps a cell from being a formula is taken off
    whole = ["".join(clean_text(cell) for cell in row if isinstance(cell, str)) for row in rows]
    return pd.Series([text or None for text in whole], cells.index, dtype=object)


def places_of(sheet: Sheet, first: int) -> tuple[int, ...]:
    """The column ``first`` and those that go on with its text.

    Parameters
    ----------
    sheet
        The sheet as it stands in the file.
    first
        Its column, from 0.

    Returns
    -------
    places
        Those under the same heading with 2, 3, … behind it, up to the first number that is not there.
    """
    there = {fold_heading(title): place for place, title in enumerate(sheet.headings)}
    found = [first]
    for title in numbered_headings(sheet.headings[first], len(sheet.headings))[1:]:
        if fold_heading(title) not in there:
            break
        found.append(there[fold_heading(title)])
    return tuple(found)


def boundary_places(sheet: Sheet, corrected: Mapping[str, str] | None = None) -> tuple[int, ...]:
    """The columns under the heading of a boundary, unless a person says something else of it; maybe none.

    Parameters
    ----------
    sheet
        The sheet as it stands in the file.
    corrected
        What a person says of its columns: folded heading → field name.

    Returns
    -------
    places
        Columns from 0, in the order of the pieces.
    """
    titles = {fold_heading(boundary_title(lang)) for lang in Lang} - set(corrected or {})
    first = next((place for place, title in enumerate(sheet.headings) if fold_heading(title) in titles), None)
    return () if first is None else places_of(sheet, first)


def with_boundaries(sheet: Sheet, places: tuple[int, ...]) -> Sheet:
    """The sheet with the shapes that stand as WKT in its columns ``places``.

    Parameters
    ----------
    sheet
        The sheet as it stands in the file.
    places
        Columns, in the order of the pieces; none: ``sheet`` itself comes back.

    Returns
    -------
    sheet
        Its chunks carry shapes, and a fault for each text that is none.
    """

    def chunks() -> Generator[Chunk]:
        with closing(sheet.chunks()) as given:
            for chunk in given:
                shapes, unread = shapes_of(join_texts(chunk.cells, places), "wkt")
                yield replace(chunk, geometry=shapes, shape_faults=(*chunk.shape_faults, *unread))

    return replace(sheet, chunks=chunks, spatial=True) if places else sheet
