"""Each room says in one sentence what it knows, and which of its modules are for others; nobody reaches past those."""

from __future__ import annotations

import ast
from collections import defaultdict

import pytest

from tests.architecture.source import PROJECT, modules, tree

CLOSED = "Nothing here is for others."


def rooms() -> list[str]:
    """Dotted names of the folders one floor below the four packages that hold more than one module."""
    found = {path.parent for path in modules() if len(path.relative_to(PROJECT).parts) == 3}
    plain = [each for each in found if any(file.name != "__init__.py" for file in each.glob("*.py"))]
    return sorted(".".join(each.relative_to(PROJECT).parts) for each in plain)


def used_by_others() -> dict[str, set[str]]:
    """Room → its modules that a module outside the room imports."""
    known = set(rooms())
    found: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        here = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ImportFrom) or node.module is None:
                continue
            for name in [f"{node.module}.{alias.name}" for alias in node.names]:
                room = ".".join(name.split(".")[:2])
                inside = PROJECT.joinpath(*name.split(".")[:3])
                is_module = inside.with_suffix(".py").is_file()
                if room in known and not here.startswith(f"{room}.") and is_module:
                    found[room].add(name.split(".")[2])
    return found


def told(room: str) -> str:
    """The paragraph of a room about its modules for others, on one line; blank when it has none."""
    doc = ast.get_docstring(tree(PROJECT.joinpath(*room.split("."), "__init__.py"))) or ""
    paragraphs = [" ".join(part.split()) for part in doc.split("\n\n")]
    return next((part for part in paragraphs if part.startswith(("For others:", CLOSED))), "")


def expected(room: str) -> str:
    names = sorted(used_by_others()[room])
    return "For others: " + ", ".join(f"``{name}``" for name in names) + "." if names else CLOSED


@pytest.mark.parametrize("room", rooms())
def test_a_room_names_the_modules_that_are_for_others(room):
    assert told(room) == expected(room)
