"""An advisory lock is taken by its name, never by a number of somebody's own."""

from __future__ import annotations

import re

from geodata.database.locks import Lock
from tests.architecture.source import modules, name, strings

NUMBERED = re.compile(r"pg_(try_)?advisory_\w*\((?!:key\))")


def test_only_the_module_of_locks_knows_a_number():
    found = [
        f"{name(path)}:{line} {text}" for path in modules() for line, text in strings(path) if NUMBERED.search(text)
    ]
    assert found == []


def test_no_two_names_are_one_lock():
    assert len({lock.value for lock in Lock}) == len(Lock.__members__)
