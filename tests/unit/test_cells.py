"""Cells: every way an office writes a thing, every way it goes wrong, and nothing worse than a fault for any text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.kinds import cell_types
from etl.kinds.cell_text import clean_text
from etl.kinds.cell_types import Cell, CellFault
from etl.kinds.source import Field, Need
from etl.kinds.vocabulary_cells import word_cell, words_list
from etl.load.parse_cells import literal_text, parse_column
from etl.sources import discover
from geodata.locale import Lang, read_catalogue
from geodata.vocabulary import Risk, Sector, SubjectKind
from tests.examples import examples

ALL_CELLS: dict[str, Cell] = {
    f"{kind}.{field.name}": field.cell for kind, source in discover().items() for field in source.fields
}


def fault_of(cell: Cell, text: str) -> str:
    with pytest.raises(CellFault) as caught:
        cell.parse(text)
    return caught.value.key


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "20261123",
        "2026年11月23日",
        "46349",
        "2026-11-23 00:00:00",
        "２０２６-１１-２３",
    ],
)
def test_a_day_in_every_listed_form(text):
    assert cell_types.DATE.parse(text) == date(2026, 11, 23)


def test_one_figure_months_and_days():
    assert cell_types.DATE.parse("2026/1/5") == cell_types.DATE.parse("2026年1月5日") == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("23/11/2026", "date_ambiguous"),
        ("3-4-26", "date_ambiguous"),
        ("2026-13-01", "not_a_date"),
        ("2026-02-30", "not_a_date"),
        ("昨天", "not_a_date"),
        ("1026-01-01", "date_out_of_range"),
        ("2026-11-23 14:05", "date_with_time"),
        ("99999", "date_out_of_range"),
    ],
)
def test_a_day_that_cannot_be_told_is_a_fault(text, key):
    assert fault_of(cell_types.DATE, text) == key


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-23 14:05", "2026-11-23T14:05:00+08:00"),
        ("2026-11-23T14:05:06+08:00", "2026-11-23T14:05:06+08:00"),
        ("2026-11-23T06:05:00Z", "2026-11-23T06:05:00+00:00"),
        ("2026年11月23日 14时05分", "2026-11-23T14:05:00+08:00"),
        ("46349.5", "2026-11-23T12:00:00+08:00"),
    ],
)
def test_a_moment_without_a_zone_is_local(text, iso):
    assert cell_types.MOMENT.parse(text).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "key"),
    [("2.20602E+11", "code_scientific"), ("2.20602e11", "code_scientific"), ("220602100201.0", "code_decimal"),
     ("2206 02100201", "code_space")],
)  # fmt: skip
def test_a_code_a_spreadsheet_spoilt_is_a_fault(text, key):
    assert fault_of(cell_types.CODE, text) == key


def test_codes_stay_text():
    assert cell_types.CODE.parse("007") == "007"
    assert cell_types.CODE.parse("２２０６０２") == "220602"
    assert cell_types.CODE.parse("S-0001/甲") == "S-0001/甲"


def test_the_check_digit_of_a_credit_code():
    assert cell_types.USCC.parse("91110000600037341L") == "91110000600037341L"
    assert cell_types.USCC.parse("93220602ma0y000163") == "93220602MA0Y000163"
    assert fault_of(cell_types.USCC, "93220602MA0Y000164") == "uscc_check"
    assert fault_of(cell_types.USCC, "9.3220602E+17") == "code_scientific"


def test_an_identity_number_is_never_kept():
    parsed = cell_types.ID_NUMBER.parse("11010519491231002x")
    digest, tail = parsed.split(":")
    assert (len(digest), tail) == (64, "002X")
    assert parsed == cell_types.ID_NUMBER.parse("11010519491231002X")
    assert "11010519491231" not in parsed
    assert fault_of(cell_types.ID_NUMBER, "110105194912310021") == "id_check"
    assert fault_of(cell_types.ID_NUMBER, "110105********002X") == "id_masked"


def test_a_faulty_identity_number_is_not_shown():
    field = Field("id_number", cell_types.ID_NUMBER, secret=True)
    _, faults = parse_column(pd.Series(["110105194912310021"]), field)
    assert [each.value for each in faults] == ["***"]


@pytest.mark.parametrize("text", ["高风险", "high", "HIGH", "High risk", " 高风险 "])
def test_a_word_in_code_chinese_or_english(text):
    assert word_cell(Risk).parse(clean_text(text)) == "high"


def test_an_unknown_word_lists_the_known_ones():
    with pytest.raises(CellFault) as caught:
        word_cell(Risk).parse("很高")
    assert "高风险" in caught.value.detail


def test_several_words_in_one_cell():
    assert words_list(Sector).parse("菜、果,fungus") == ("vegetable", "fruit", "fungus")
    assert words_list(SubjectKind).parse("农资经营，合作社，合作社") == ("cooperative", "input_dealer")
    assert fault_of(words_list(Sector), "菜、石头") == "not_a_word"


@pytest.mark.parametrize(("text", "value"), [("是", True), ("否", False), ("yes", True), ("0", False), ("√", True)])
def test_yes_and_no(text, value):
    assert cell_types.YES_NO.parse(text) is value


def test_numbers_and_their_bounds():
    assert cell_types.number_cell().parse("1,234.50") == Decimal("1234.50")
    assert cell_types.number_cell(0).parse("0") == 0
    assert fault_of(cell_types.number_cell(0), "-1") == "out_of_range"
    assert fault_of(cell_types.number_cell(), "<0.01") == "not_a_number"
    assert fault_of(cell_types.number_cell(), "nan") == fault_of(cell_types.number_cell(), "1e999") == "not_a_number"


@pytest.mark.parametrize(
    "text", ["0439-1234567", "13812345678", "(0439)1234567", "+86 13812345678", "12316", "0439-1234567-801"]
)
def test_telephone_numbers(text):
    assert cell_types.PHONE.parse(text)


def test_mobile_numbers_keep_eleven_digits():
    assert cell_types.MOBILE.parse("+86 138-1234-5678") == "13812345678"
    assert fault_of(cell_types.MOBILE, "0439-1234567") == "not_a_mobile"


def test_invisible_characters_and_neutralised_formulas_are_cleaned():
    assert clean_text("\ufeff 甲\u200b乙\u3000\x00") == "甲乙"
    assert clean_text("'=1+1") == "=1+1"
    assert clean_text("'tis") == "'tis"


def test_each_distinct_text_is_parsed_once_and_blanks_are_none():
    seen = []
    cell = Cell("text", "text", lambda value: seen.append(value) or value)
    values, faults = parse_column(
        pd.Series(["a", "a", "", None, " b "], index=range(2, 7)), Field("x", cell, Need.ALWAYS)
    )
    assert list(values) == ["a", "a", None, None, "b"]
    assert seen == ["a", "b"]
    assert [(each.row, each.key) for each in faults] == [(4, "blank"), (5, "blank")]


@pytest.mark.parametrize("name", sorted(ALL_CELLS))
@given(text=st.text(max_size=60))
@example(text="9" * 400)
@example(text="1e400000")
@example(text="0000-00-00")
@example(text="٢٠٢٦-١١-٢٣")
@example(text="\ud800")
@pytest.mark.fuzz
@settings(max_examples=examples(60), deadline=None)
def test_any_text_gives_a_value_or_a_fault(name, text):
    cleaned = clean_text(text)
    if not cleaned:
        return
    met: list[str] = []
    said: str | None = ""
    try:
        said = literal_text(ALL_CELLS[name].parse(cleaned))
    except CellFault as fault:
        met.append(fault.key)
    assert all(
        f"etl.fault.{key}.{part}" in read_catalogue(lang)
        for key in met
        for part in ("reason", "remedy")
        for lang in Lang
    )
    assert said is not None
    assert "\x00" not in said
    said.encode()
