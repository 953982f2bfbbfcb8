"""The catalogue is complete: both languages have the same keys, the same places, and something to say."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import geodata.errors
from geodata.locale import PROJECT, Lang, flatten_keys, merge_words, read_catalogue, word_files
from tests.architecture.source import modules, name, strings, tree

CHINESE = word_files(Lang.ZH)
SCREENS = PROJECT / "dashboard" / "screens"


def places(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def keys(file: Path) -> set[str]:
    return set(flatten_keys(tomllib.loads(file.read_text(encoding="utf-8"))))


def translated(file: Path) -> Path:
    """The English file beside a Chinese one."""
    return file.with_name(f"{file.name.removesuffix('zh.toml')}en.toml")


def test_every_room_and_every_screen_with_words_has_its_own():
    found = {file.parents[1].relative_to(PROJECT).as_posix() for file in CHINESE}
    assert {"geodata", "etl", "layers", "dashboard"} <= found
    screens = {page.parent for page in SCREENS.glob("*/page.py")}
    assert [name(screen) for screen in screens if name(screen) not in found] == []


@pytest.mark.parametrize("file", CHINESE, ids=name)
def test_both_languages_have_the_same_keys(file):
    assert keys(file) ^ keys(translated(file)) == set()


def test_each_language_has_the_same_files():
    assert word_files(Lang.EN) == sorted(translated(file) for file in CHINESE)


def keys_said() -> Iterator[tuple[str, str]]:
    """Where a key is handed to ``say`` or to an error, and the key; of one that is put together, its beginning."""
    errors = {each for each in vars(geodata.errors) if each[0].isupper()}
    for path in modules():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called != "translate" and called not in errors:
                continue
            match node.args[0]:
                case ast.Constant(value=str(key)) if re.fullmatch(r"\w+(\.\w+)+", key):
                    yield f"{name(path)}:{node.lineno}", key
                case ast.JoinedStr(values=[ast.Constant(value=str(key)), *_]):
                    yield f"{name(path)}:{node.lineno}", f"{key}*"


def test_every_key_that_is_said_is_in_the_catalogue():
    known, said = read_catalogue(Lang.ZH).keys(), dict(keys_said())
    assert len(said) > 500
    begun = {key: any(each.startswith(key[:-1]) for each in known) for key in said.values() if key.endswith("*")}
    assert {where: key for where, key in said.items() if not begun.get(key, key in known)} == {}


def words_of(folder: Path, title: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / title
    file.write_text(text, encoding="utf-8")
    return file


def test_words_lie_beside_what_says_them_however_deep(tmp_path):
    there = [
        words_of(tmp_path / "dashboard" / "screens" / "orders" / "locale", "zh.toml", '[orders]\ntitle = "整改"\n'),
        words_of(tmp_path / "geodata" / "indicators" / "inputs" / "locale", "shops.zh.toml", '[shops]\nx = "门店"\n'),
        words_of(tmp_path / "geodata" / "locale", "zh.toml", '[yes]\nx = "是"\n'),
    ]
    words_of(tmp_path / "geodata" / "locale", "en.toml", '[yes]\nx = "yes"\n')
    words_of(tmp_path / "geodata" / "other", "zh.toml", '[no]\nx = "否"\n')
    assert word_files(Lang.ZH, tmp_path) == there
    assert merge_words(there) == {"orders.title": "整改", "shops.x": "门店", "yes.x": "是"}


def test_a_key_of_two_files_is_refused_with_both_named(tmp_path):
    one = words_of(tmp_path / "one", "zh.toml", '[work]\ntitle = "甲"\n')
    two = words_of(tmp_path / "two", "zh.toml", '[work]\ntitle = "乙"\n')
    with pytest.raises(ValueError, match=r"work\.title") as refused:
        merge_words([one, two])
    assert str(one) in str(refused.value)
    assert str(two) in str(refused.value)


def test_a_screens_words_are_said_by_its_own_files_alone():
    owners = {key: file.parents[1] for file in CHINESE if SCREENS in file.parents for key in keys(file)}
    said = [
        f"{name(path)}:{line} {text}"
        for path in modules()
        for line, text in strings(path)
        if text in owners and owners[text] not in path.parents
    ]
    assert said == []


def test_both_languages_have_the_same_places_and_no_blank():
    chinese, english = read_catalogue(Lang.ZH), read_catalogue(Lang.EN)
    assert [key for key, text in chinese.items() if places(text) != places(english[key])] == []
    assert [key for words in (chinese, english) for key, text in words.items() if not text.strip()] == []
