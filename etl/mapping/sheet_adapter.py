"""The rows of an outside sheet with a column per field, as one table of a mapping makes them."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.kinds.cell_text import clean_text
from etl.mapping.field_recipe import make_texts
from etl.mapping.mapped_columns import MappedColumn, find_column
from etl.mapping.mapping_file import Only, TableMapping
from etl.readers.sheet import Chunk, Sheet
from etl.recognise.geometry_text import reproject_rows, shapes_of
from etl.recognise.headings import fold_heading
from etl.recognise.non_fact_rows import total_rows
from etl.recognise.row_selection import drop_blank_rows, keep_rows
from etl.recognise.shape_columns import join_texts
from etl.sources import discover


def _wanted(table: TableMapping, sheet: Sheet, cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    meant = np.ones(len(cells), dtype=bool)
    for only in table.where:
        place = find_column(sheet, only.column)
        texts = cells[place] if place is not None else pd.Series("", cells.index, dtype=object)
        meant &= np.fromiter(
            (_holds(only, clean_text(text) if isinstance(text, str) else "") for text in texts),
            dtype=bool,
            count=len(cells),
        )
    return meant


def _holds(only: Only, text: str) -> bool:
    same = fold_heading(text)
    return (
        (not only.among or same in {fold_heading(each) for each in only.among})
        and same not in {fold_heading(each) for each in only.not_among}
        and (only.regex is None or re.fullmatch(only.regex, text) is not None)
    )


@dataclass(frozen=True)
class SheetAdapter:
    """One table of a mapping reading one sheet."""

    sheet: Sheet
    table: TableMapping
    columns: tuple[MappedColumn, ...]
    epsg: int | None
    shape: tuple[int, ...]
    """The columns of the mapping's shapes."""

    def read_chunks(self) -> Generator[Chunk]:
        """The sheet's rows with a column per field, in the order of ``columns``.

        Yields
        ------
        chunk
            Cells numbered as the columns are, rows as the file numbers them; shapes in the frame of the mapping.
        """
        with closing(self.sheet.chunks()) as given:
            for raw in given:
                yield self._adapted(drop_blank_rows(raw))

    def _adapted(self, raw: Chunk) -> Chunk:
        meant = _wanted(self.table, self.sheet, raw.cells)
        left_out = self._names(raw.cells[~meant])
        chunk = raw if meant.all() else keep_rows(raw, meant)
        cells = pd.DataFrame(
            {at: make_texts(each.recipe, chunk.cells, each.places) for at, each in enumerate(self.columns)},
            index=chunk.cells.index,
            columns=range(len(self.columns)),
            dtype=object,
        )
        faults = (*self._asides(chunk.cells), *chunk.faults)
        geometry: npt.NDArray[Any] | None = chunk.geometry
        unread = list(chunk.shape_faults)
        if self.table.geometry is not None:
            geometry, unread = shapes_of(join_texts(chunk.cells, self.shape), self.table.geometry.form)
        if self.epsg is not None:
            geometry = reproject_rows(cells, self._at("lon"), self._at("lat"), geometry, self.epsg)
        return Chunk(cells, geometry, faults, tuple(unread), (*chunk.left_out, *left_out))

    def _names(self, cells: pd.DataFrame) -> tuple[str, ...]:
        """Rows by their key and name alone: what else stands in them may be private."""
        shown = {discover()[self.table.kind].key[0], "name"}
        places = list(dict.fromkeys(place for each in self.columns if each.name in shown for place in each.places))
        rows = zip(cells.index, cells[places].itertuples(index=False, name=None), strict=True)
        return tuple(
            " ".join(clean_text(cell) for cell in row if isinstance(cell, str)) or str(number) for number, row in rows
        )

    def _at(self, name: str) -> int | None:
        return next((at for at, each in enumerate(self.columns) if each.name == name), None)

    def _asides(self, cells: pd.DataFrame) -> list[tuple[int, str, str, str, str]]:
        first = self.columns[0].name
        found = [(row, first, text, "total_row", "") for row, text in total_rows(cells).items()]
        used = sorted({place for each in self.columns for place in each.places})
        if used:
            titles = [fold_heading(self.sheet.headings[place]) for place in used]
            likely = cells.index[
                cells[used[0]].map(lambda text: isinstance(text, str) and fold_heading(text) == titles[0])
            ]
            for row in likely:
                said = [fold_heading(text) if isinstance(text, str) else "" for text in cells.loc[row, used]]
                if len(used) > 1 and said == titles:
                    found.append((int(row), first, str(cells.loc[row, used[0]]), "headings_again", ""))
        return found
