"""A bare name between double backticks is one the tree knows: docstrings go along when something is renamed."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.architecture.source import PROJECT, ROOMS, modules, name, tree

NAMED = re.compile(r"``([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^`]*\))?``")
WORD = re.compile(r"[A-Za-z_]\w*")
# Named as examples, or by somebody else.
OTHERS = {
    "R0001": "a person of the demonstration", "R0002": "a person of the demonstration",
    "c1": "a class of a legend", "c2": "another", "cN": "the last of them",
    "overdue_rate": "made of an indicator's key", "overdue_numerator": "made of an indicator's key",
    "div": "HTML", "conf": "a file's ending", "toml": "a file's ending", "no_proxy": "the environment's",
    "CPLHTTPResult": "GDAL's", "PlotlyGeoAssets": "Plotly's",
}  # fmt: skip


@cache
def known() -> frozenset[str]:
    """Every identifier of the code, name of a module, word of SQL and of TOML."""
    found: set[str] = set()
    for path in modules():
        found |= {path.stem, path.parent.name}
        for node in ast.walk(tree(path)):
            match node:
                case ast.FunctionDef(name=word) | ast.ClassDef(name=word) | ast.arg(arg=word) | ast.Name(id=word):
                    found.add(word)
                case ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
                    found.add(word)
                case ast.Constant(value=str(text)) if text.isidentifier():
                    found.add(text)
    for room in ROOMS:
        for path in [*(PROJECT / room).rglob("*.sql"), *(PROJECT / room).rglob("*.toml")]:
            found |= set(WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def unknown(text: str) -> list[str]:
    """The names of a text whose last part nothing is called; a setting by its name in the environment."""
    ends = {each: each.split(".")[-1].removeprefix("GRID_") for each in NAMED.findall(text)}
    return [each for each, end in ends.items() if not {end, end.lower()} & (known() | OTHERS.keys())]


def test_what_a_docstring_names_is_there():
    found = {
        f"{name(path)}:{getattr(node, 'name', '')}": unknown(told)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (told := ast.get_docstring(node))
    }
    assert {place: names for place, names in found.items() if names} == {}


def test_a_name_of_nothing_is_found():
    assert unknown("As ``no_such_function`` and ``geodata.calendar.today`` say.") == ["no_such_function"]
