"""GLOSSARY.md is true: what it names exists, and every list of values and every table stands in it."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum

import pytest

from geodata import vocabulary
from geodata.models import Base
from geodata.words import health_words, visit_words
from tests.architecture.source import PROJECT

GLOSSARY = (PROJECT / "GLOSSARY.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", GLOSSARY))
ENUMS = {
    name: found
    for module in (vocabulary, health_words, visit_words)
    for name, found in vars(module).items()
    if inspect.isclass(found) and issubclass(found, StrEnum) and found is not StrEnum
}
TABLES = {name.removeprefix("grid."): table for name, table in Base.metadata.tables.items()}


def test_every_path_and_table_named_exists():
    paths = {each for each in NAMED if "/" in each}
    assert len(paths) > 40
    assert {each for each in paths if not (PROJECT / each).is_file()} == set()
    tables = {each.removeprefix("grid.") for each in NAMED if each.startswith("grid.")}
    assert tables - TABLES.keys() == set()


def test_every_table_is_explained():
    assert {each for each in TABLES if f"grid.{each}" not in NAMED} == set()


def test_every_name_of_code_is_an_enumeration_or_one_of_its_values():
    values = {value.value for enum in ENUMS.values() for value in enum}
    names = {each for each in NAMED if "/" not in each and "." not in each} - {"grid"}
    assert names - ENUMS.keys() - values == set()


@pytest.mark.parametrize("name", ENUMS)
def test_every_list_of_values_is_told_with_its_labels(name):
    (line,) = (
        line for line in GLOSSARY.splitlines() if line.startswith("|") and line.split("|")[2].strip() == f"`{name}`"
    )
    for value in ENUMS[name]:
        assert f"`{value.value}`" in line


def test_both_readmes_lead_to_it():
    for page in ("README.md", "README.zh.md"):
        assert "[GLOSSARY.md](GLOSSARY.md)" in (PROJECT / page).read_text(encoding="utf-8")
