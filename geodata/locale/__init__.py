"""The catalogue: every sentence and word a person reads, in Chinese and English, one TOML pair per room.

A room keeps ``locale/zh.toml`` and ``locale/en.toml`` beside its code. Keys are dotted paths (``Risk.high``); values
may hold ``{name}`` places. A test holds that both languages have the same keys and the same places.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
# read as files, never imported: geodata knows no other room
ROOMS = ("geodata", "etl", "layers", "dashboard")


class Lang(StrEnum):
    """The two complete languages; Chinese is the default."""

    ZH = "zh"
    EN = "en"


def _flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        flat.update(_flatten(value, f"{path}.") if isinstance(value, dict) else {path: str(value)})
    return flat


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """All words of one language, dotted key → text, merged over the rooms that have a ``locale`` folder."""
    merged: dict[str, str] = {}
    for room in ROOMS:
        file = PROJECT / room / "locale" / f"{Lang(lang).value}.toml"
        if file.is_file():
            merged.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    return merged


def say(key: str, /, lang: Lang | str = Lang.ZH, **values: object) -> str:
    """The text of ``key`` in ``lang`` with its places filled; KeyError when the catalogue lacks it (a bug)."""
    text = catalogue(Lang(lang))[key]
    return text.format(**values) if values else text


def label(word: StrEnum, lang: Lang | str = Lang.ZH) -> str:
    """The display label of a vocabulary word, e.g. ``label(Risk.HIGH)`` → 高风险."""
    return say(f"{type(word).__name__}.{word.value}", lang)
