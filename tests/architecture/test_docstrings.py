"""What a public function promises stands in its docstring by sections; what is not yet written is listed."""

from __future__ import annotations

from functools import cache

import pytest
from numpydoc.validate import validate

from tests.architecture.source import PROJECT, ROOMS
from tests.architecture.test_names import public_functions

BASELINE = PROJECT / "tests" / "architecture" / "docstrings_baseline.txt"
# The list was this long when the rule was made; it may only be shorter.
AT_MOST = 0
# Checks of numpydoc that are not asked, and why.
NOT_ASKED = {
    "ES01": "one sentence may be all there is to say",
    "EX01": "examples are the tests",
    "GL08": "that there is a docstring at all is ruff's",
    "PR04": "types stay in the signature",
    "SA01": "the module says what is known elsewhere",
    "SS05": "a function that derives is called by a noun, which may be a plural",
}


@cache
def faults(room: str) -> dict[str, list[str]]:
    """Per ``file function`` of a room what its docstring lacks."""
    found = {}
    for file, function in public_functions():
        if file.startswith(f"{room}/"):
            module = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            told = [
                f"{code} {words}" for code, words in validate(f"{module}.{function}")["errors"] if code not in NOT_ASKED
            ]
            if told:
                found[f"{file} {function}"] = told
    return found


def baseline(room: str = "") -> set[str]:
    return {line for line in BASELINE.read_text(encoding="utf-8").splitlines() if line.startswith(room)}


@pytest.mark.parametrize("room", ROOMS)
def test_a_public_function_says_what_it_takes_gives_and_refuses(room):
    assert {place: told for place, told in faults(room).items() if place not in baseline(room)} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_the_baseline_names_only_what_is_not_yet_written(room):
    assert baseline(f"{room}/") - faults(room).keys() == set()


def test_the_list_only_shrinks():
    assert len(baseline()) <= AT_MOST
