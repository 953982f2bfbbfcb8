"""The catalogue is complete: both languages have the same keys, the same places, and something to say."""

from __future__ import annotations

import string
import tomllib

import pytest

from geodata.locale import Lang, catalogue
from tests.architecture.source import PROJECT, ROOMS

PAIRS = [room for room in ROOMS if (PROJECT / room / "locale").is_dir()]


def keys(tree: dict, prefix: str = "") -> set[str]:
    return {
        path
        for key, value in tree.items()
        for path in (keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}"})
    }


def places(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def room_keys(room: str, lang: Lang) -> set[str]:
    return keys(tomllib.loads((PROJECT / room / "locale" / f"{lang.value}.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("room", PAIRS)
def test_both_languages_have_the_same_keys(room):
    chinese, english = room_keys(room, Lang.ZH), room_keys(room, Lang.EN)
    assert chinese ^ english == set()


@pytest.mark.parametrize("room", PAIRS)
def test_no_room_takes_anothers_key(room):
    others = set().union(*(room_keys(other, Lang.ZH) for other in PAIRS if other != room))
    assert room_keys(room, Lang.ZH) & others == set()


def test_both_languages_have_the_same_places_and_no_blank():
    chinese, english = catalogue(Lang.ZH), catalogue(Lang.EN)
    assert [key for key, text in chinese.items() if places(text) != places(english[key])] == []
    assert [key for words in (chinese, english) for key, text in words.items() if not text.strip()] == []
