"""The house's shape: small modules with speaking names, one reader of the environment, words kept in catalogues."""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter

import pytest

from tests.architecture.source import PROJECT, ROOMS, modules, name, strings, tree

VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base_utils"}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
ADDRESS = re.compile(r"https?://(?!127\.0\.0\.1|localhost)[\w-]+(\.[\w-]+)+")
# Chinese that is not text for a screen.
CHINESE_DATA = {
    "geodata/settings.py": "descriptions for docs/settings.md, where an office's own term is the clearest",
    "geodata/tables/spreadsheet_cell.py": "letters nobody sees, which do not hide a formula's sign",
}
# Names, not addresses: nothing is ever fetched from them.
NAMESPACES = ("http://www.w3.org/", "http://www.opengis.net/", "http://schemas.openxmlformats.org/")


def test_modules_are_small():
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: lines for path, lines in sizes.items() if lines > 350} == {}
    assert statistics.median(sizes.values()) <= 100


def test_no_module_has_a_name_that_says_nothing():
    assert [name(path) for path in modules() if {part.removesuffix(".py") for part in path.parts} & VAGUE] == []


def test_no_folder_has_more_than_25_modules():
    """Anywhere: the tests' folders and those of plug-ins too."""
    found = [path.relative_to(PROJECT) for path in PROJECT.glob("*/**/*.py")]
    own = [path for path in found if path.parts[0] != "var" and not any(part.startswith(".") for part in path.parts)]
    sizes = Counter(path.parent.as_posix() for path in own)
    assert sizes["tests/architecture"] > 5, "it looked at the tests too"
    assert {folder: count for folder, count in sizes.items() if count > 25} == {}


def test_only_settings_reads_the_environment():
    readers = [
        name(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"})
        or (isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} & {"environ", "getenv"})
    ]
    assert set(readers) <= {"geodata/settings.py"}


def test_only_the_calendar_reads_the_clock():
    readers = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"date", "datetime", "dt"}
    ]
    assert [reader for reader in readers if not reader.startswith("geodata/calendar.py")] == []


@pytest.mark.parametrize("room", ["geodata", "layers", "dashboard"])
def test_chinese_text_lives_in_the_catalogue(room):
    found = [
        f"{name(path)}:{line} {text!r}"
        for path in modules(room)
        for line, text in strings(path)
        if name(path) not in CHINESE_DATA and CHINESE.search(text)
    ]
    assert found == []


def test_no_python_string_is_an_address_outside_this_machine():
    found = [
        f"{name(path)}:{line} {text!r}"
        for path in modules()
        for line, text in strings(path)
        if ADDRESS.search(text) and not text.startswith(NAMESPACES)
    ]
    assert found == []


def test_every_room_and_every_module_says_what_it_knows():
    assert [name(path) for path in modules() if path.stat().st_size and ast.get_docstring(tree(path)) is None] == []


def test_the_root_holds_only_what_it_must():
    expected = {
        "README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", "DECISIONS.md", "GLOSSARY.md", "NOTICE",
        "Makefile", "bootstrap.sh", "pyproject.toml", "requirements.txt", "requirements-test.txt", ".gitignore",
        ".gitattributes", ".git",  # .git is a file in a linked worktree
    }  # fmt: skip
    files = {path.name for path in PROJECT.iterdir() if path.is_file()}
    assert files - expected == set()
    assert all((PROJECT / room / "__init__.py").exists() for room in ROOMS)
