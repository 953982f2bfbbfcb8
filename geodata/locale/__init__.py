"""The catalogue: every sentence and word a person reads, in Chinese and English, in TOML pairs beside what says them.

A pair lies in any folder called ``locale`` of a room, however deep: ``zh.toml`` and ``en.toml``, or ``<name>.zh.toml``
and ``<name>.en.toml``, so that what is added can bring its words along. Keys are dotted paths (``Risk.high``); values
may hold ``{name}`` places. A test holds that the files of a pair have the same keys and the same places.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from geodata.levels import Level, current_levels

PROJECT = Path(__file__).parents[2]
# read as files, never imported: geodata knows no other room
ROOMS = ("geodata", "etl", "layers", "dashboard")


class Lang(StrEnum):
    """The two complete languages; Chinese is the default."""

    ZH = "zh"
    EN = "en"


def flatten_keys(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Dotted key → text of one parsed file.

    Parameters
    ----------
    tree
        Tables within tables, as ``tomllib`` gives them.
    prefix
        What stands before every key, with its dot.

    Returns
    -------
    words
        Dotted key → text; a value that is no text becomes one.
    """
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        flat.update(flatten_keys(value, f"{path}.") if isinstance(value, dict) else {path: str(value)})
    return flat


def word_files(lang: Lang, project: Path = PROJECT) -> list[Path]:
    """The files of one language: those of every folder called ``locale`` of the rooms below ``project``, by path.

    Parameters
    ----------
    lang
        The language.
    project
        The folder that holds the rooms.

    Returns
    -------
    files
        Sorted by path; empty when there are none.
    """
    names = (f"{lang.value}.toml", f"*.{lang.value}.toml")
    return sorted(file for room in ROOMS for name in names for file in (project / room).rglob(f"locale/{name}"))


def merge_words(files: Iterable[Path]) -> dict[str, str]:
    """Dotted key → text over several files of one language.

    Parameters
    ----------
    files
        TOML files in UTF-8.

    Returns
    -------
    words
        Dotted key → text with its ``{name}`` places.

    Raises
    ------
    ValueError
        Two files have the same key: one of them would never be read. Both are named.
    """
    merged: dict[str, str] = {}
    origin: dict[str, Path] = {}
    for file in files:
        words = flatten_keys(tomllib.loads(file.read_text(encoding="utf-8")))
        for twice in sorted(words.keys() & origin.keys()):
            raise ValueError(f"{twice} is a word of {origin[twice]} and of {file}")
        merged |= words
        origin |= dict.fromkeys(words, file)
    return merged


@cache
def read_catalogue(lang: Lang) -> dict[str, str]:
    """All words of one language; read once in a process.

    Parameters
    ----------
    lang
        The language.

    Returns
    -------
    words
        Dotted key → text. Shared: never changed in place.

    Raises
    ------
    ValueError
        Two files have the same key.
    """
    return merge_words(word_files(Lang(lang)))


def translate(key: str, /, lang: Lang | str = Lang.ZH, **values: object) -> str:
    """The text of a key with its places filled.

    Parameters
    ----------
    key
        Dotted key of the catalogue.
    lang
        The language wanted.
    **values
        Name of a place → what stands there. Without any the text is given as it is, its braces too.

    Returns
    -------
    text
        The words of the catalogue.

    Raises
    ------
    KeyError
        The catalogue lacks the key, or a place has no value: a bug.
    """
    text = read_catalogue(Lang(lang))[key]
    return text.format(**values) if values else text


def label_of(word: StrEnum | Level, lang: Lang | str = Lang.ZH) -> str:
    """The display label of a vocabulary word, e.g. ``label_of(Risk.HIGH)`` → 高风险.

    Parameters
    ----------
    word
        A word of a vocabulary, or a level, which an installation may call otherwise (``Levels.own_name``).
    lang
        The language wanted.

    Returns
    -------
    label
        From the catalogue under ``<class>.<value>``.

    Raises
    ------
    KeyError
        The catalogue lacks the word: a bug.
    """
    own = current_levels().own_name(word, Lang(lang)) if isinstance(word, Level) else None
    return own or translate(f"{type(word).__name__}.{word.value}", lang)
