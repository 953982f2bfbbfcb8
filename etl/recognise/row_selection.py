"""Which rows of a sheet are meant: blank rows, a template's example row, and the ``where`` a person gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.kinds.cell_text import clean_text
from etl.readers.sheet import Chunk, Sheet, unreadable_file
from etl.recognise.headings import fold_heading
from geodata.errors import UserError
from geodata.locale import Lang, translate


@dataclass(frozen=True)
class Where:
    """Only rows whose cell under ``heading`` is ``value``."""

    heading: str
    value: str

    @classmethod
    def parse(cls, said: str) -> Where:
        """Read ``role=self`` as Where("role", "self").

        Parameters
        ----------
        said
            As a person types it; the first ``=`` parts heading and value.

        Returns
        -------
        where
            Both without blanks around them; the value may be empty.

        Raises
        ------
        UserError
            There is no ``=``, or nothing before it.
        """
        heading, sign, value = said.partition("=")
        if not sign or not heading.strip():
            raise UserError("etl.where_form", said=said)
        return cls(heading.strip(), value.strip())

    def place_in(self, sheet: Sheet) -> int:
        """The column meant.

        Parameters
        ----------
        sheet
            The sheet as it stands in the file.

        Returns
        -------
        place
            From 0; of several alike the first.

        Raises
        ------
        UserError
            The sheet has no column of that heading.
        """
        places = [
            place for place, title in enumerate(sheet.headings) if fold_heading(title) == fold_heading(self.heading)
        ]
        if not places:
            raise unreadable_file(
                "no_such_heading", sheet.file, heading=self.heading, headings=", ".join(sheet.headings)
            )
        return places[0]

    def select_rows(self, cells: pd.DataFrame, place: int) -> npt.NDArray[np.bool_]:
        """For each row of ``cells``, whether it is meant.

        Parameters
        ----------
        cells
            A chunk's texts, None: blank.
        place
            The column ``place_in`` gave.

        Returns
        -------
        meant
            Shape (n,), in the order of the rows.
        """
        return np.fromiter(
            (isinstance(cell, str) and clean_text(cell) == self.value for cell in cells[place]),
            dtype=bool,
            count=len(cells),
        )


def keep_rows(chunk: Chunk, rows: npt.NDArray[np.bool_]) -> Chunk:
    """The rows of a chunk where ``rows`` holds, and what is known of them.

    Parameters
    ----------
    chunk
        Rows of a sheet.
    rows
        Shape (n,), in the order of the rows.

    Returns
    -------
    chunk
        With the shapes and faults of those rows; what was left out before stays named.
    """
    cells = chunk.cells[rows]
    there = set(cells.index) if chunk.faults or chunk.shape_faults else set()
    return replace(
        chunk,
        cells=cells,
        geometry=None if chunk.geometry is None else chunk.geometry[rows],
        faults=tuple(each for each in chunk.faults if each[0] in there),
        shape_faults=tuple(each for each in chunk.shape_faults if each[0] in there),
    )


def _bare(cell: object) -> bool:
    return not isinstance(cell, str) or not clean_text(cell)


def _is_example(cell: object) -> bool:
    return isinstance(cell, str) and clean_text(cell).startswith(
        tuple(translate("etl.example_mark", lang) for lang in Lang)
    )


def drop_blank_rows(chunk: Chunk) -> Chunk:
    """Without blank rows (unless they carry geometry) and without the example row a template begins with.

    Parameters
    ----------
    chunk
        Rows of a sheet as they stand in the file.

    Returns
    -------
    chunk
        ``chunk`` itself when nothing is to be taken out.
    """
    cells = chunk.cells
    there = cells.notna().any(axis=1).to_numpy(dtype=bool, copy=True)
    if cells.shape[1]:
        # a row of nothing but spaces begins with a blank or with spaces: only those are looked at cell by cell
        doubtful = there & np.fromiter((_bare(cell) for cell in cells[0]), dtype=bool, count=len(cells))
        for at in np.flatnonzero(doubtful).tolist():
            there[at] = not all(_bare(cell) for cell in cells.iloc[at])
    if chunk.geometry is not None:
        there = there | np.fromiter((each is not None for each in chunk.geometry), dtype=bool, count=len(cells))
    if len(cells) and cells.shape[1] and cells.index[0] == 2 and _is_example(cells.iloc[0, 0]):
        there[0] = False
    return chunk if there.all() else keep_rows(chunk, there)
