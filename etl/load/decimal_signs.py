"""Which decimal sign the numbers of a sheet are written with, and what is refused where that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cached_property

import pandas as pd

from etl.kinds.cell_text import clean_text, respell_cell
from etl.kinds.cell_types import Cell, CellFault
from etl.readers.numerals import Sign, is_plain, spell_number
from etl.readers.sheet import Sheet
from etl.recognise.headings import Mapped


class DecimalSigns:
    """The evidence of one sheet: all its columns of numbers together, read ahead only where a cell needs it.

    A number is never read a thousand times too large or too small: ``1,250`` is 1250 only where the sheet has other
    numbers with decimal points, or its cells are separated by commas; with decimal commas about, it is refused. A
    decimal comma (``0,015``) is read as one, unless the sheet has decimal points as well.
    """

    def __init__(self, sheet: Sheet, columns: Sequence[Mapped]) -> None:
        self._sheet = sheet
        self._columns = [each for each in columns if each.field.cell.numeric]
        self._chunk: pd.DataFrame | None = None

    def look_at(self, cells: pd.DataFrame) -> None:
        """Be told the rows whose numbers are to be settled next.

        Parameters
        ----------
        cells
            A chunk's texts or None, a column per column of the file.
        """
        self._chunk = cells
        self.__dict__.pop("_nearby", None)

    def settle_number(self, text: str, cell: Cell) -> str:
        """The number as ``etl.readers.numerals.Spelt.plain``; a text that is none stays, for its parser to refuse.

        Parameters
        ----------
        text
            A cell of the sheet, cleaned and respelt.
        cell
            The type of its column.

        Returns
        -------
        number
            Digits, a point before the decimals, a percent sign kept; or ``text`` itself.

        Raises
        ------
        CellFault
            The sheet leaves open what the number is.
        """
        found = None if is_plain(text) else spell_number(text, grouped=cell.grouped)
        if found is None:
            return text
        if found.sign is Sign.COMMA and self._has_points(self._whole):
            raise CellFault("two_decimal_signs")
        if found.sign is Sign.EITHER_COMMA and (Sign.COMMA in self._whole or not self._has_points(self._whole)):
            raise CellFault("comma_or_point")
        if found.sign is Sign.EITHER_POINT and Sign.COMMA in (self._whole if self._is_text else self._nearby):
            raise CellFault("comma_or_point")
        return found.plain

    @property
    def _is_text(self) -> bool:
        return self._sheet.separator is not None

    def _has_points(self, signs: set[Sign]) -> bool:
        """Whether decimals stand behind points; the typed numbers of a workbook do whatever its owner would write."""
        commas_part = self._sheet.separator == "," and Sign.COMMA not in signs
        return Sign.COMMA_GROUPS in signs or commas_part or (self._is_text and Sign.POINT in signs)

    @cached_property
    def _whole(self) -> set[Sign]:
        """What the numbers of all rows say; read once, and only for the sake of a doubtful one."""
        found = set()
        with closing(self._sheet.chunks()) as chunks:
            for chunk in chunks:
                found |= self._signs(chunk.cells)
        return found

    @cached_property
    def _nearby(self) -> set[Sign]:
        """What is known without reading ahead: a decimal comma before had the whole sheet read."""
        if "_whole" in self.__dict__ or self._chunk is None:
            return self._whole
        return self._signs(self._chunk)

    def _signs(self, cells: pd.DataFrame) -> set[Sign]:
        met = set()
        for each in self._columns:
            for text in cells[each.place].dropna().unique():
                if is_plain(text) and ("." not in text or Sign.POINT in met):
                    continue
                found = spell_number(respell_cell(clean_text(text), each.respell), grouped=each.field.cell.grouped)
                if found is not None:
                    met.add(found.sign)
        return met
