"""Numbers as offices and other systems spell them: read for what they are, or refused; never a thousandfold."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.kinds.cell_types import CellFault, Percent, number_cell
from etl.kinds.source import Field
from etl.load.decimal_signs import DecimalSigns
from etl.load.parse_cells import parse_cells
from etl.readers.numerals import Sign, percent_text, shows_percent, spell_number
from etl.readers.sheet import Chunk, Sheet
from etl.recognise.headings import Mapped
from etl.sources import discover

RESULTS = discover()["results"]
VALUE, UNIT, LIMIT = (RESULTS.field_named(name) for name in ("value", "unit", "limit_value"))


def told(texts: Sequence[str], separator: str | None = ";", field: Field = VALUE) -> list[str | None]:
    """A column of a sheet as it is read: the values, or the key of a fault; each text in a chunk of its own."""
    chunks = [pd.DataFrame({0: [text], 1: ["mg/kg"]}, index=[row]) for row, text in enumerate(texts, start=2)]

    def rows() -> Generator[Chunk]:
        yield from map(Chunk, chunks)

    columns = [Mapped(field, 0, "检测值"), Mapped(UNIT, 1, "单位")]
    sheet = Sheet(Path("x.csv"), "", ("检测值", "单位"), rows, separator=separator)
    signs = DecimalSigns(sheet, columns)
    found: list[str | None] = []
    for chunk in chunks:
        parsed = parse_cells(chunk, RESULTS, columns, signs)
        found.append(parsed.faults[0].key if parsed.faults else parsed.frame[field.name].iloc[0])
    return found


@pytest.mark.parametrize(
    ("text", "plain", "sign"),
    [
        ("1250", "1250", Sign.NONE),
        ("1 250", "1250", Sign.NONE),
        ("1\u202f250\u00a0000", "1250000", Sign.NONE),
        ("1'250", "1250", Sign.NONE),
        ("1’250.50", "1250.50", Sign.POINT),
        ("1 250,5", "1250.5", Sign.COMMA),
        ("0.015", "0.015", Sign.POINT),
        ("1,250.5", "1250.5", Sign.COMMA_GROUPS),
        ("１，２５０．５", "1250.5", Sign.COMMA_GROUPS),
        ("-1,250,000", "-1250000", Sign.COMMA_GROUPS),
        ("0,015", "0.015", Sign.COMMA),
        ("０，０１５", "0.015", Sign.COMMA),
        ("12,5", "12.5", Sign.COMMA),
        ("1250,500", "1250.500", Sign.COMMA),
        ("1.250,5", "1250.5", Sign.COMMA),
        ("1.250.000", "1250000", Sign.COMMA),
        ("1,250", "1250", Sign.EITHER_COMMA),
        ("１，２５０", "1250", Sign.EITHER_COMMA),
        ("1.250", "1.250", Sign.EITHER_POINT),
        ("12.3%", "12.3%", Sign.POINT),
        ("１２．３％", "12.3%", Sign.POINT),
        ("12,3 %", "12.3%", Sign.COMMA),
        ("1e3", "1e3", Sign.NONE),
    ],
)
def test_a_number_by_its_spelling(text, plain, sign):
    assert spell_number(text) == (plain, sign)


@pytest.mark.parametrize(
    "text",
    ["", ",", ".", "%", "1,2,3", "1,00,000", "1.2.3", "1,250,5", "1 25", "1 250'000", "1_000", "12.3%%", "12.3‰", "<1"],
)
def test_what_spells_no_number(text):
    assert spell_number(text) is None


@pytest.mark.parametrize(("text", "plain"), [("126,245", "126.245"), ("41,8829", "41.8829"), ("126.245", "126.245")])
def test_degrees_have_no_thousands(text, plain):
    found = spell_number(text, grouped=False)
    assert found is not None
    assert found.plain == plain
    assert found.sign in (Sign.COMMA, Sign.POINT)
    assert discover()["subjects"].field_named("lon").cell.parse(text) == Decimal(plain)


@pytest.mark.parametrize("separator", [";", "\t", None])
def test_a_decimal_comma_is_read_as_one(separator):
    assert told(["0,015", "0,050", "12,5"], separator) == ["0.015", "0.050", "12.5"]


@pytest.mark.parametrize("separator", [";", ",", "\t", None])
@pytest.mark.parametrize("others", [["0,015"], ["12,5"], ["1.250,5"], ["1.250.000"], ["０，０１５"]])
def test_what_may_be_a_thousand_is_refused_where_decimals_have_commas(separator, others):
    """In whichever order the rows stand, in whichever part of a large file."""
    for doubtful in ("1,250", "1.250", "１，２５０"):
        assert told([doubtful, *others], separator)[0] == "comma_or_point" or (doubtful, separator) == ("1.250", None)
        assert told([*others, doubtful], separator)[-1] == "comma_or_point"


@pytest.mark.parametrize("separator", [";", "\t", None])
def test_what_may_be_a_thousand_is_refused_where_nothing_tells(separator):
    assert told(["1,250", "12", "2,500"], separator) == ["comma_or_point", "12", "comma_or_point"]


def test_it_is_a_thousand_where_the_table_tells():
    assert told(["1,250", "1,250.5"], None) == ["1250", "1250.5"]  # a comma groups elsewhere
    assert told(["1,250", "0.5"], ";") == ["1250", "0.5"]  # decimals have points elsewhere
    assert told(["1,250", "12"], ",") == ["1250", "12"]  # no table with decimal commas parts its cells by commas


def test_the_typed_numbers_of_a_workbook_say_nothing_about_a_text():
    """They have a point here whatever their owner would write."""
    assert told(["1,250", "0.5"], None) == ["comma_or_point", "0.5"]
    assert told(["0,015", "0.5"], None) == ["0.015", "0.5"]


def test_a_table_with_two_decimal_signs_keeps_the_point():
    assert told(["0,015", "0.5", "1,250", "1.250"]) == ["two_decimal_signs", "0.5", "comma_or_point", "comma_or_point"]
    assert told(["12,5", "1,250.5"], None) == ["two_decimal_signs", "1250.5"]


def test_a_point_before_three_figures_is_a_decimal_sign_by_itself():
    assert told(["1.250", "1.125"]) == ["1.250", "1.125"]


def test_all_columns_of_a_sheet_tell_its_sign():
    cells = pd.DataFrame({0: ["1,250"], 1: ["0,050"], 2: ["mg/kg"]}, index=[2])
    columns = [Mapped(VALUE, 0, "检测值"), Mapped(LIMIT, 1, "限量值"), Mapped(UNIT, 2, "单位")]
    sheet = Sheet(Path("x.csv"), "", ("检测值", "限量值", "单位"), lambda: (Chunk(cells) for _ in "1"), separator=",")
    parsed = parse_cells(cells, RESULTS, columns, DecimalSigns(sheet, columns))
    assert [(each.field, each.key) for each in parsed.faults] == [("value", "comma_or_point")]
    assert parsed.frame["limit_value"].tolist() == ["0.050"]


def test_a_sheet_is_read_ahead_only_for_a_doubtful_number():
    read = []

    def rows() -> Generator[Chunk]:
        read.append(1)
        yield Chunk(pd.DataFrame({0: ["0.5"]}))

    columns = [Mapped(VALUE, 0, "检测值")]
    signs = DecimalSigns(Sheet(Path("x.csv"), "", ("检测值",), rows, separator=","), columns)
    for text in ("12", "0.5", "12.25", "1,250.5", "<0.01", "x"):
        signs.settle_number(text, VALUE.cell)
    assert read == []
    assert signs.settle_number("1,250", VALUE.cell) == signs.settle_number("1,250", VALUE.cell) == "1250"
    assert read == [1]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=3))
def test_no_spelling_of_a_number_is_read_as_another(amount):
    """However an amount is written, alone in its sheet, it is read as itself or refused."""
    whole, _, part = f"{amount:f}".partition(".")
    groups = f"{int(whole):,}"
    for separator in (";", "\t", None):
        for text in (f"{groups}.{part}", f"{groups.replace(',', '.')},{part}", f"{whole},{part}",
                     f"{groups.replace(',', ' ')},{part}", groups.replace(",", "’") + f".{part}"):  # fmt: skip
            (value,) = told([text], separator)
            assert value == "comma_or_point" or Decimal(value or "") == amount
        (value,) = told([groups], separator)
        assert value == "comma_or_point" or Decimal(value or "") == int(whole)


def test_a_percent_is_what_its_column_holds():
    share = discover()["lineage"].field_named("share").cell
    assert share.parse("50%") == share.parse("0.5") == share.parse("0,5") == Decimal("0.5")
    assert VALUE.cell.parse("12.3%") == VALUE.cell.parse("12,3 ％") == Decimal("12.3")
    for field in (discover()["trainings"].field_named("hours"), discover()["subjects"].field_named("lon")):
        with pytest.raises(CellFault, match="not_a_number"):
            field.cell.parse("12.3%")
    with pytest.raises(CellFault, match="out_of_range"):
        share.parse("150%")


@pytest.mark.parametrize(
    ("unit", "fault"),
    [("%", None), ("％", None), ("百分比", None), ("mg/kg", "percent_beside_unit"), (None, "percent_beside_unit")],
)
def test_a_percent_stands_beside_the_unit_percent(unit, fault):
    cells = pd.DataFrame({0: ["12.3%"], 1: [unit]}, index=[2], dtype=object)
    parsed = parse_cells(cells, RESULTS, [Mapped(VALUE, 0, "检测值"), Mapped(UNIT, 1, "单位")])
    assert [each.key for each in parsed.faults] == [fault] * (fault is not None)
    assert parsed.frame["value"].tolist() == [None if fault else "12.3"]
    alone = parse_cells(cells, RESULTS, [Mapped(VALUE, 0, "检测值")])
    assert [each.key for each in alone.faults] == ["percent_beside_unit"]


@pytest.mark.parametrize(
    ("number_format", "value", "percent"),
    [
        ("0%", 0.5, True),
        ("0.00%;[Red]-0.00%", -0.5, True),
        ('0.0"%"', 12.3, False),
        (r"0.0\%", 12.3, False),
        ("0%;0", -1, False),
        ('0%;-0%;"–"', 0, False),
        ("[>1]0.0;0%", 0.5, True),
        ("[>1]0.0;0%", 1.5, False),
        ("[Blue][<=1]0%;0.0", 0.5, True),
        ("0%%", 0.5, False),
        ("General", 0.5, False),
    ],
)
def test_which_formats_show_a_percent(number_format, value, percent):
    assert shows_percent(number_format, value) is percent


def test_a_percent_has_all_its_decimals():
    assert [percent_text(each) for each in (0.123, 0.15, 1.0, 0.0, -0.05, 0.1234567, 1e-7)] == [
        *("12.3%", "15%", "100%", "0%", "-5%", "12.34567%", "0.00001%")
    ]


def test_bounds_hold_for_what_was_read():
    hours = number_cell(0.1, 1000)
    assert hours.parse("4,5") == Decimal("4.5")
    with pytest.raises(CellFault, match="comma_or_point"):
        hours.parse("1,000")
    assert replace(number_cell(0, 1), name="x").grouped is False
    assert number_cell(percent=Percent.SHARE).parse("12,5%") == Decimal("0.125")
