"""What is imported is declared, what is declared is imported, and both are pinned without an address."""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import PROJECT, ROOMS, imports

# Declared, though no line imports it.
NOT_IMPORTED = {
    "tzdata": "read by zoneinfo on a machine whose system has no time zones",
}
# Imported, though another declared package fixes its version.
PART_OF_ANOTHER = {
    "pydantic-core": "the errors of pydantic, which allows one version of it alone",
}
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = re.compile(r"^([a-z0-9._-]+)==", flags=re.MULTILINE)


def canonical(requirement: str) -> str:
    """The package's name alone, written as indexes write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


@cache
def imported() -> frozenset[str]:
    """The packages that the four rooms import, by the name they are installed under."""
    roots = {each.split(".")[0] for names in imports().values() for each in names} - {*ROOMS, *sys.stdlib_module_names}
    provided = packages_distributions()
    return frozenset(canonical(provided[root][0]) for root in roots)


def declared() -> set[str]:
    return {canonical(each) for each in PYPROJECT["project"]["dependencies"]}


def test_every_package_imported_is_declared():
    assert imported() - declared() == set(PART_OF_ANOTHER)


def test_every_package_declared_is_imported():
    assert declared() - imported() == set(NOT_IMPORTED)


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.txt", PYPROJECT["project"]["dependencies"]),
        ("requirements-test.txt", PYPROJECT["dependency-groups"]["test"]),
    ],
)
def test_every_declared_package_is_pinned_and_no_index_is_named(file, wanted):
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert {canonical(each) for each in wanted} - set(PINNED.findall(text)) == set()
    assert not re.search(r"https?://|index-url|find-links|file:", text.replace("--no-emit-index-url", ""))
    direct = {
        canonical(block.split("==")[0])
        for block in re.split(r"\n(?=\S)", text)
        if "# via grid-map (pyproject.toml" in block or re.search(r"#   grid-map \(pyproject.toml", block)
    }
    assert direct == {canonical(each) for each in wanted}
