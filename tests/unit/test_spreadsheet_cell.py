"""No cell of any list is run by a spreadsheet, and what was put before it comes off again."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.kinds.cell_text import is_uncalculated, whole_text
from etl.readers.read_xlsx import read_xlsx
from etl.readers.spatial_text import text_of as spatial_text_of
from geodata.tables.csv_rows import write_csv_rows
from geodata.tables.spreadsheet_cell import harmless_cell
from geodata.tables.workbook import workbook_bytes
from geodata.tables.workbook_escapes import read_workbook_escapes

# fmt: off
RUN = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(A1)",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫A1",
    "−1+1",
    "⁼1",
]
UNSEEN = [
    "\n",
    "\t",
    "\r",
    " ",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u200f",
    "\u00ad",
    "\u034f",
    "\u3164",
    "\ufe0f",
    "\u2800",
]
AROUND = ["", "\n", "\t", "\r", " ", "\u3000", "\u200b", "\ufeff", " \n\u200b "]
"""What is taken off around a text when it comes in."""
STAY = ["张家村", "1=1", "a+b", "", "2026-01-01", "'tis", "\ue5e5=1", "😀=1", "{{ 7*7 }}", "$x$"]
# fmt: on


def workbook_cells(*texts: str):
    """The cells of a column of a list, as openpyxl reads them, and the texts our reader finds there."""
    content = workbook_bytes([("甲", ["乙", "丙"], [["x", each] for each in texts])])
    cells = [row[1] for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.xlsx").write_bytes(content)
        (sheet,) = read_xlsx(Path(folder) / "x.xlsx")
        read = [whole_text(each) for chunk in sheet.chunks() for each in chunk.cells[1]]
    return cells, read


@pytest.mark.parametrize("before", ["", *UNSEEN])
@pytest.mark.parametrize("text", RUN)
def test_a_formula_is_guarded_whatever_stands_before_its_sign(before, text):
    assert harmless_cell(before + text) == f"'{before}{text}"


@pytest.mark.parametrize("before", AROUND)
@pytest.mark.parametrize("text", [*RUN, *(f"'{each}" for each in RUN), "''=1", "'-0.5"])
def test_what_was_guarded_is_read_back_as_it_was(before, text):
    assert whole_text(harmless_cell(before + text)) == text


@pytest.mark.parametrize("text", ["-0.5", "+3", "-1e-5", "-.5", "'already", *STAY])
def test_numbers_and_words_stay_as_they_are(text):
    if text != "-.5":  # a spreadsheet reads it as a number, and so do we: as a text it is guarded all the same
        assert harmless_cell(text) == text
    assert whole_text(harmless_cell(text)) == text


@pytest.mark.parametrize("value", [None, 1, -0.5, True])
def test_what_is_no_text_stays_what_it_is(value):
    assert harmless_cell(value) is value


def test_a_csv_guards_its_cells_and_its_headings():
    text = io.StringIO()
    assert write_csv_rows(text, [RUN[0]], [[each] for each in RUN]) == len(RUN)
    assert [line.strip('"')[0] for line in text.getvalue().splitlines()] == ["'"] * (len(RUN) + 1)


def test_a_workbook_holds_the_text_itself_and_says_that_it_is_one():
    texts = [*RUN, *(f"\u200b{each}" for each in RUN), "'=1+1", "''=1", "甲", "'tis"]
    cells, read = workbook_cells(*texts)
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * (len(texts) - 2) + [False] * 2
    assert read == [text.strip("\u200b") for text in texts]


@pytest.mark.parametrize(
    "text", ["a_x000D_b", "_x005F_x000D_", "a\x07b", "a\uffffb", "a\rb", "_xZZZZ_", "_x0041_", "a\x0bb"]
)
def test_a_workbook_escapes_what_it_cannot_hold_and_what_only_looks_escaped(text):
    (cell,), (read,) = workbook_cells(text)
    assert read_workbook_escapes(cell.value) == text
    assert read == text.replace("\r", "\n")


def test_escapes_of_other_programs_are_what_they_stand_for():
    assert read_workbook_escapes("K0401_x000D_") == "K0401\r"
    assert read_workbook_escapes("_xD83D__xDE00_") == "😀"
    assert read_workbook_escapes("_xD83D_") == "_xD83D_", "half a character stays an escape"
    assert read_workbook_escapes("a_b_x") == "a_b_x"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", " =1", '="A1"', "甲", "'tis"])
def test_a_text_of_a_format_that_knows_texts_comes_in_as_it_is(text):
    assert whole_text(spatial_text_of(text)) == text.strip()
    assert not is_uncalculated(spatial_text_of(text))
