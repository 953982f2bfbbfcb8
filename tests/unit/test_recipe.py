"""The steps from an outside file's text to a field's text."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.mapping.field_recipe import make_texts
from etl.mapping.mapping_file import FieldMapping


def text(recipe: dict, *cells: str | None) -> str | None:
    frame = pd.DataFrame([list(cells)], index=[7], dtype=object)
    said = make_texts(FieldMapping.model_validate({"column": "x"} | recipe), frame, tuple(range(len(cells))))
    assert list(said.index) == [7]
    return said.iloc[0]


@pytest.mark.parametrize(("recipe", "cell", "expected"), [
    ({}, " a ", " a "),
    ({}, None, None),
    ({"case": "lower"}, " A ", "a"),
    ({"case": "lower"}, "\u200b", None),
    ({"default": "d"}, None, "d"),
    ({"default": "d"}, "  ", "d"),
    ({"blank": "N/A"}, "n/a", None),
    ({"blank": ["0", "-"], "default": "d"}, "0", "d"),
    ({"split": "/", "part": 2}, "a/ b /c", "b"),
    ({"split": "/", "part": -1}, "a/b/c", "c"),
    ({"split": "/", "part": 4}, "a/b", "a/b"),
    ({"regex": r"\d+"}, "Risk 12 (High)", "12"),
    ({"regex": r"\((\w+)\)"}, "Risk 12 (High)", "High"),
    ({"regex": r"\d+"}, "none", "none"),
    ({"replace": [["[^0-9]", ""], ["^86", ""]]}, "+86 139", "139"),
    ({"case": "upper"}, "o'brien", "O'BRIEN"),
    ({"dictionary": {"High Risk": "high"}}, "HIGH  risk", "high"),
    ({"dictionary": {"High": "high"}}, "odd", "odd"),
    ({"dictionary": {"High": "high"}, "otherwise": "low"}, "odd", "low"),
    ({"dictionary": {"High": "high"}, "otherwise": ""}, "odd", None),
    ({"dates": "%d/%m/%Y"}, "03/12/2015", "2015-12-03"),
    ({"dates": ["%d/%m/%Y", "%d %b %Y"]}, "3 Dec 2015", "2015-12-03"),
    ({"dates": "%d/%m/%Y"}, "20151203", "20151203"),
    ({"dates": "%d/%m/%Y", "suffix": " 18:00"}, "03/12/2015", "2015-12-03 18:00"),
    ({"pad": 7, "prefix": "W"}, "12", "W0000012"),
    ({"pad": 7}, "A1", "A1"),
    ({"code": True}, "New  York", "New_York"),
    ({"prefix": "P"}, None, None),
    ({"value": "v"}, "a", "v"),
    ({}, "=A1", "=A1"),
    ({}, "'=A1", "'=A1"),
    ({"case": "upper"}, "'=a1", "=A1"),
])  # fmt: skip
def test_a_step(recipe, cell, expected):
    recipe = recipe | ({"column": ()} if "value" in recipe else {})
    assert text(recipe, cell) == expected


def test_texts_are_joined_and_blanks_left_out():
    assert text({"column": (), "join": ["a", "b", "c"], "by": "-"}, "1", None, " 2 ") == "1-2"
    assert text({"column": (), "join": ["a", "b"]}, None, " ") is None


def test_a_key_made_of_a_text_is_always_the_same_and_short():
    made_once, again = (text({"digest": True, "prefix": "L"}, "a very long key " * 20) for _ in range(2))
    assert made_once == again
    assert len(made_once) == 21
    assert text({"digest": True}, "other") != text({"digest": True}, "another")


def test_every_distinct_text_is_made_once():
    cells = pd.DataFrame({0: ["a", "b", None, "a"] * 3}, dtype=object)
    said = make_texts(FieldMapping(column=("x",), case="upper", default="-"), cells, (0,))
    assert said.tolist() == ["A", "B", "-", "A"] * 3
