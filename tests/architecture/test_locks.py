"""An advisory lock is taken by its name, never by a number of somebody's own."""

from __future__ import annotations

import re

from geodata.locks import Lock
from geodata.schema.files import FOLDER
from tests.architecture.source import modules, name, strings

NUMBERED = re.compile(r"pg_(try_)?advisory_\w*\((?!:key\))")
SQL_LOCK = re.compile(r"pg_(?:try_)?advisory_\w*\(([\w.]+(?:\('\w+'\))?)")


def test_only_the_module_of_locks_knows_a_number():
    found = [
        f"{name(path)}:{line} {text}" for path in modules() for line, text in strings(path) if NUMBERED.search(text)
    ]
    assert found == []


def test_no_two_names_are_one_lock():
    assert len({lock.value for lock in Lock}) == len(Lock.__members__)


def test_sql_asks_for_a_lock_by_its_name():
    asked = [call for path in FOLDER.glob("*.sql") for call in SQL_LOCK.findall(path.read_text(encoding="utf-8"))]
    assert asked
    assert set(asked) <= {f"grid.lock_number('{lock.name.lower()}')" for lock in Lock}
