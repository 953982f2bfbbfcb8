"""No cell of any list is run by a spreadsheet, and what was put before it comes off again."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from etl.kinds.cell_text import clean_text
from geodata.tables.csv_rows import write_csv_rows
from geodata.tables.spreadsheet_cell import harmless_cell
from geodata.tables.workbook import workbook_bytes
from tests.architecture.source import modules, name

RUN = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1+1", "＠SUM(A1)"]
BEFORE = ["", "\n", "\t", "\r", " ", "\u3000", "\u200b", "\ufeff", " \n\u200b "]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("text", RUN)
def test_a_formula_is_guarded_whatever_stands_before_its_sign_and_read_back_as_it_was(before, text):
    guarded = harmless_cell(before + text)
    assert guarded == f"'{before}{text}"
    assert clean_text(guarded) == text


@pytest.mark.parametrize("text", ["-0.5", "+3", "-1e-5", "张家村", "1=1", "a+b", "'already", "", "2026-01-01"])
def test_numbers_and_words_stay_as_they_are(text):
    assert harmless_cell(text) == text


@pytest.mark.parametrize("value", [None, 1, -0.5, True])
def test_what_is_no_text_stays_what_it_is(value):
    assert harmless_cell(value) is value


def test_every_kind_of_list_guards_its_cells():
    text = io.StringIO()
    assert write_csv_rows(text, ["甲"], [[each] for each in RUN]) == len(RUN)
    assert [line.strip('"')[0] for line in text.getvalue().splitlines()[1:]] == ["'"] * len(RUN)
    sheet = load_workbook(io.BytesIO(workbook_bytes([("甲", ["乙"], [[each] for each in RUN])]))).active
    assert [(row[0].data_type, row[0].value[0]) for row in sheet.iter_rows(min_row=2)] == [("s", "'")] * len(RUN)


def test_lists_are_written_in_one_place():
    writers = {name(path) for path in modules() if "csv.writer(" in path.read_text(encoding="utf-8")}
    assert writers == {"geodata/tables/csv_rows.py"}
    books = {name(path) for path in modules() if "WriteOnlyCell" in path.read_text(encoding="utf-8")}
    assert books == {"geodata/tables/workbook.py"}
