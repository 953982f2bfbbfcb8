"""The product's own source files, as the tests of this folder read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
ROOMS = ("geodata", "etl", "layers", "dashboard")


def modules(*rooms: str) -> list[Path]:
    """Every Python file of the rooms (of all rooms when none is named)."""
    found = [path for room in rooms or ROOMS for path in (PROJECT / room).rglob("*.py")]
    assert found, rooms
    return sorted(path for path in found if "__pycache__" not in path.parts)


def name(path: Path) -> str:
    """The file's path inside the project."""
    return path.relative_to(PROJECT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of every string the program may use: docstrings and other bare strings are for the reader."""
    bare = {
        id(node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value
