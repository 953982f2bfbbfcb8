"""Cells of old workbooks as the text a person typed."""

from __future__ import annotations

import pytest
import xlrd
from xlrd.sheet import Cell

from etl.readers.read_xls import value_of
from etl.readers.read_xlsx import text_of


@pytest.mark.parametrize(("ctype", "value", "text"), [
    (xlrd.XL_CELL_EMPTY, "", None),
    (xlrd.XL_CELL_TEXT, "007", "007"),
    (xlrd.XL_CELL_NUMBER, 8.0, "8"),
    (xlrd.XL_CELL_NUMBER, 0.05, "0.05"),
    (xlrd.XL_CELL_DATE, 46082.0, "2026-03-01"),
    (xlrd.XL_CELL_DATE, 46082.6875, "2026-03-01 16:30:00"),
    (xlrd.XL_CELL_DATE, 0.6875, "16:30:00"),
    (xlrd.XL_CELL_DATE, 1e9, "1000000000"),
    (xlrd.XL_CELL_BOOLEAN, 1, "true"),
    (xlrd.XL_CELL_ERROR, 0x07, "#DIV/0!"),
])  # fmt: skip
def test_a_cell_of_each_type(ctype, value, text):
    assert text_of(value_of(Cell(ctype, value), 0)) == text


def test_days_counted_from_1904():
    assert text_of(value_of(Cell(xlrd.XL_CELL_DATE, 44620.0), 1)) == "2026-03-01"
