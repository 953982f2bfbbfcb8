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


def calls(function: str) -> dict[str, list[ast.Call]]:
    """Calls of a function or class of that name, by file."""
    found: dict[str, list[ast.Call]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", None)) == function:
                found.setdefault(name(path), []).append(node)
    return found


def imports() -> dict[str, set[str]]:
    """Per file every name it imports, with its module."""
    found: dict[str, set[str]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found.setdefault(name(path), set()).update(alias.name for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                found.setdefault(name(path), set()).update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def importers(*prefixes: str) -> set[str]:
    """Files that import a module or name that begins like this, by module and name."""
    return {file for file, names in imports().items() if any(each.startswith(prefixes) for each in names)}
