"""The catalogue: every sentence and word a person reads, in Chinese and English, in TOML pairs beside what says them.

A pair lies in any folder called ``locale`` of a room, however deep: ``zh.toml`` and ``en.toml``, or ``<name>.zh.toml``
and ``<name>.en.toml``, so that what is added can bring its words along. Keys are dotted paths (``Risk.high``); values
may hold ``{name}`` places, and ``⟨place⟩``s where a level is named (``geodata.locale.level_words``). A test holds that
the files of a pair have the same keys and the same places.

Nothing here is for others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from geodata.levels import SHIPPED, Level, Levels, current_levels
from geodata.locale.level_words import fill_level_names, level_in_sentence

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
        Dotted key → text as the files have it: what is shown comes from ``translate`` or ``said_words``. Shared: never
        changed in place.

    Raises
    ------
    ValueError
        Two files have the same key.
    """
    return merge_words(word_files(Lang(lang)))


@lru_cache(maxsize=16)
def said_words(lang: Lang, levels: Levels) -> dict[str, str]:
    """All words of one language as an installation says them: levels by its own names.

    Parameters
    ----------
    lang
        The language.
    levels
        The installation's.

    Returns
    -------
    words
        Dotted key → text. Shared: never changed in place.
    """
    words = read_catalogue(lang)
    return {key: fill_level_names(text, levels, lang, words) for key, text in words.items()}


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
    words = read_catalogue(Lang(lang))
    if not values:
        return fill_level_names(words[key], current_levels(), lang, words)
    # a brace in a name of the installation's is no place to be filled
    return fill_level_names(words[key], current_levels(), lang, words, to_format=True).format(**values)


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


def level_name(level: Level, form: str, lang: Lang | str = Lang.ZH) -> str:
    """What a level is called inside of a sentence that is put together in code.

    Parameters
    ----------
    level
        A level of the installation.
    form
        One of ``geodata.locale.level_words``; several with dots between them.
    lang
        The language wanted.

    Returns
    -------
    name
        The installation's own, else the catalogue's in that form; English in small letters.

    Raises
    ------
    KeyError
        The level has no name at all: a bug.
    """
    return level_in_sentence(level, form.split("."), current_levels(), lang, read_catalogue(Lang(lang)))


def spellings_of(key: str) -> tuple[str, ...]:
    """Every wording of a key that may stand in a file: with the names of this installation, then with the shipped ones.

    Parameters
    ----------
    key
        Dotted key of the catalogue.

    Returns
    -------
    words
        In both languages, without repeats.

    Raises
    ------
    KeyError
        The catalogue lacks the key: a bug.
    """
    return tuple(
        dict.fromkeys(said_words(lang, levels)[key] for levels in (current_levels(), SHIPPED) for lang in Lang)
    )
