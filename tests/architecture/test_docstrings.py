"""What a public function promises stands in its docstring, by sections."""

from __future__ import annotations

from functools import cache

import pytest
from numpydoc.validate import validate

from tests.architecture.source import ROOMS
from tests.architecture.test_names import public_functions

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


@pytest.mark.parametrize("room", ROOMS)
def test_a_public_function_says_what_it_takes_gives_and_refuses(room):
    assert faults(room) == {}
