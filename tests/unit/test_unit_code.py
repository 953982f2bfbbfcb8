"""Administrative codes: level, parent and usual kind of the 12-digit scheme; other schemes by their parent table."""

from __future__ import annotations

import pytest

from geodata.levels import SHIPPED, Level
from geodata.unit_code import ancestors_of, level_in, parent_of, parse_unit_code
from geodata.vocabulary import UnitKind


@pytest.mark.parametrize(
    ("code", "above", "kind"),
    [
        ("220602000000", None, UnitKind.DISTRICT),
        ("220602001000", "220602000000", UnitKind.STREET),
        ("220602100000", "220602000000", UnitKind.TOWN),
        ("220602200000", "220602000000", UnitKind.TOWNSHIP),
        ("220602001003", "220602001000", UnitKind.COMMUNITY),
        ("220602100201", "220602100000", UnitKind.VILLAGE),
    ],
)
def test_a_twelve_digit_code_says_where_it_stands(code, above, kind):
    parsed = parse_unit_code(code)
    assert parsed is not None
    assert (parsed.parent, parsed.usual_kind) == (above, kind)
    assert parent_of(code) == above


@pytest.mark.parametrize(
    ("code", "above", "kind"),
    [
        ("220000000000", None, UnitKind.PROVINCE),
        ("220600000000", "220000000000", UnitKind.CITY),
        ("220602000000", "220600000000", UnitKind.DISTRICT),
        ("220602100000", "220602000000", UnitKind.TOWN),
    ],
)
def test_where_there_are_provinces_and_cities_codes_say_them_too(code, above, kind):
    parsed = parse_unit_code(code, frozenset(UnitKind))
    assert parsed is not None
    assert (parsed.parent, parsed.usual_kind) == (above, kind)


@pytest.mark.parametrize(
    "code", ["", "220602", "22060210020X", "2206021002010", "020602100201", "220602000201", "E09000001"]
)
def test_anything_else_is_another_scheme(code):
    assert parse_unit_code(code) is None
    assert parent_of(code) is None


def test_another_scheme_stands_by_its_parent_table():
    parents = {"A": None, "A1": "A", "A1-x": "A1"}
    assert ancestors_of("A1-x", parents) == ("A1", "A")
    assert [level_in(code, parents, SHIPPED) for code in parents] == [Level.DISTRICT, Level.TOWN, Level.VILLAGE]


def test_a_table_that_runs_in_a_circle_or_too_deep_is_refused():
    with pytest.raises(ValueError, match="circle"):
        ancestors_of("A", {"A": "B", "B": "A"})
    with pytest.raises(ValueError, match="below"):
        level_in("d", {"a": None, "b": "a", "c": "b", "d": "c"}, SHIPPED)
