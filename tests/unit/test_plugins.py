"""Plug-ins are found by their files; what is wrong with one is said, never passed over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from geodata.events import EVENTS, EventKind
from geodata.locale import Lang, read_catalogue
from geodata.plugins import discover

GOOD = "from geodata.events import EventKind\nEVENT = EventKind(key={key!r}, order=1, rows='')\n"


@pytest.fixture
def folder(tmp_path, monkeypatch, request) -> Path:
    """A package of its own for each test, importable under the folder's name."""
    made = tmp_path / f"plugins_{abs(hash(request.node.name))}"
    made.mkdir()
    (made / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield made
    for name in [name for name in sys.modules if name.split(".")[0] == made.name]:
        del sys.modules[name]


def put(folder: Path, name: str, content: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).parent.joinpath("__init__.py").touch()
    (folder / name).write_text(content, encoding="utf-8")


def test_files_of_folders_and_their_folders_are_found_and_helpers_are_not(folder):
    put(folder, "b.py", GOOD.format(key="b"))
    put(folder, "inputs/a.py", GOOD.format(key="a"))
    put(folder, "_helper.py", "")
    put(folder, "_parts/c.py", "")
    assert list(discover(folder.name, "EVENT", EventKind)) == ["a", "b"]


@pytest.mark.parametrize(("content", "fault"), [
    ("", "EVENT must be a EventKind, not NoneType"), ("EVENT = 1\n", "not int"),
    (GOOD.format(key="b"), "is 'b', not 'a'"),
])  # fmt: skip
def test_a_file_that_is_no_plug_in_is_refused(folder, content, fault):
    put(folder, "a.py", content)
    with pytest.raises(TypeError, match=fault):
        discover(folder.name, "EVENT", EventKind)


def test_one_key_in_two_folders_is_refused(folder):
    put(folder, "one/a.py", GOOD.format(key="a"))
    put(folder, "two/a.py", GOOD.format(key="a"))
    with pytest.raises(TypeError, match="a stands twice"):
        discover(folder.name, "EVENT", EventKind)


@pytest.mark.parametrize("lang", Lang)
def test_every_kind_of_event_has_a_word(lang):
    assert [key for key in EVENTS if f"ui.event.{key}" not in read_catalogue(lang)] == []
