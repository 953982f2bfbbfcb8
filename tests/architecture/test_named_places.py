"""A module or file that a text names is there: in code, comments, shell, container and documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from geodata.locale import Lang, read_catalogue
from tests.architecture.source import PROJECT, name, tree

HISTORY = {"CHANGELOG.md", "DECISIONS.md"}
"""They tell of what was."""
FORMER = ("geodata/migrations/versions/", "tests/fixtures/")
"""What is never edited again, and what stands for something that was or could be."""
TEXTS = {".py", ".sql", ".toml", ".md", ".sh", ".yaml", ".css", ".js", ".txt", ".mako", ".example", ".dockerignore", ""}
OWN = "geodata|etl|layers|dashboard|tests"
FILE = re.compile(rf"(?<![\w./<-])(?:{OWN}|docs|docker)/[\w./-]*\w\.(?:py|sql|toml|md|txt|css|js|json|csv|png|yaml)\b")
FOLDER = re.compile(r"`((?:geodata|etl|layers|dashboard|tests|docs|docker)/(?:[\w-]+/)*[\w-]*)`")
DOTTED = re.compile(rf"(?<![\w./<:@-])(?:{OWN})(?:\.[A-Za-z_]\w*)+(?![\w/[-])")
INVENTED = {
    "tests/architecture/test_named_places.py": "says what it would find",
    "tests/integration/map_screen/test_layers_screen.py": "a layer that the test adds",
    "tests/architecture/test_words.py": "words of folders that the test makes",
    "tests/unit/test_plugins.py": "plug-ins that the test makes",
}


@cache
def texts() -> dict[str, str]:
    """Every file of the tree that people or programs read names in: path → text."""
    kept = (path for path in PROJECT.iterdir() if path.name != "var" and (path.name[0] != "." or path.name == ".ci"))
    files = (file for each in kept for file in ([each] if each.is_file() else each.rglob("*")) if file.is_file())
    read = {name(file): file for file in sorted(files) if "__pycache__" not in file.parts and file.suffix in TEXTS}
    return {
        path: file.read_text(encoding="utf-8")
        for path, file in read.items()
        if path not in HISTORY and not path.startswith(FORMER)
    }


@cache
def defined(module: Path) -> frozenset[str]:
    """What a module holds at its top: functions, classes, constants, what it imports."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.Import() | ast.ImportFrom():
                names |= {alias.asname or alias.name for alias in node.names}
    return frozenset(names)


@cache
def words() -> frozenset[str]:
    """Keys of the catalogue and what they begin with: ``etl.cli`` and ``layers.layer`` are no modules there."""
    keys = [key.split(".") for key in read_catalogue(Lang.EN)]
    return frozenset(".".join(parts[:n]) for parts in keys for n in range(1, len(parts) + 1))


def begins_words(dotted: str) -> bool:
    """Whether a name is what keys of the catalogue are put together from: ``layers.legend.units_``."""
    return dotted.endswith("_") and any(each.startswith(dotted) for each in words())


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module, or something that one holds."""
    place, parts = PROJECT, dotted.split(".")
    for at, part in enumerate(parts):
        if (place / part).is_dir():
            place = place / part
            continue
        module = place / f"{part}.py"
        rest = parts[at + 1 :] if module.is_file() else parts[at:]
        module = module if module.is_file() else place / "__init__.py"
        return not rest or (module.is_file() and (rest[0][:2] == "__" or rest[0] in defined(module)))
    return True


def named(text: str) -> Iterator[tuple[str, bool]]:
    """Every file, folder and dotted name of a text, and whether it is there."""
    for path in FILE.findall(text):
        yield path, (PROJECT / path).is_file()
    for path in FOLDER.findall(text):
        yield path, (PROJECT / path).exists()
    for dotted in DOTTED.findall(text):
        file = re.fullmatch(r"(\w+(?:\.\w+)*)\.(?:py|toml|css|js|md)", dotted)
        yield dotted, file is not None or dotted in words() or is_there(dotted) or begins_words(dotted)


def missing(text: str) -> list[str]:
    return sorted({each for each, there in named(text) if not there})


def test_every_module_and_file_that_is_named_is_there():
    assert len(texts()) > 400
    found = {path: missing(text) for path, text in texts().items() if path not in INVENTED}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("said", [
    "see geodata/no_such.py", "run `python -m etl.no_such`", "``geodata.calendar.no_such`` says", "in `etl/nowhere/`",
    "tests/integration/test_matrix.py asks", "`dashboard.app.no_such:server`", "(docs/no_such.md)",
])  # fmt: skip
def test_a_name_of_nothing_is_found(said):
    assert len(missing(said)) == 1


@pytest.mark.parametrize("said", [
    "geodata/calendar.py", "`python -m etl.cli.sources_page`", "``geodata.calendar.today`` says", "`etl/sources/`",
    "translate('etl.cli.help')",
    "f'layers.layer.{key}'", "geodata/indicators/<system>/<key>.py", "dashboard.wsgi:server",
])  # fmt: skip
def test_a_name_of_something_is_not(said):
    assert missing(said) == []
