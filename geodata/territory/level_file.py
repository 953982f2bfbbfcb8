"""The levels of an installation as a TOML file says them: the levels from the root down, then where the tiers stand.

``[[level]]`` has ``key``, ``kinds`` and, where the catalogue's words are not meant, ``zh`` and ``en``; the last one is
``village``. ``[subject]`` may name what stands in the lowest units. ``[[chain]]`` binds the tiers to levels from
``from_on`` on, the first one from ever, with its ``source``. ``several_roots`` allows more than one root. ``[root]``
with ``code``, ``name`` and ``kind`` puts the first level above units that are there (``geodata.territory.root_above``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from geodata import calendar
from geodata.errors import UserError
from geodata.levels import Level, LevelRow, Levels
from geodata.locale import Lang, read_catalogue
from geodata.territory.level_table import Binding
from geodata.vocabulary import Tier, UnitKind

LONGEST_NAME = 20
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_level_file(file: Path) -> tuple[Levels, tuple[Binding, ...]]:
    """The levels and bindings a file says.

    Parameters
    ----------
    file
        TOML in UTF-8.

    Returns
    -------
    levels, bindings
        As ``write_levels`` takes them; the levels have the tiers of today.

    Raises
    ------
    UserError
        The file cannot be read, or says levels that cannot be: one sentence.
    """
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        levels, bindings = _levels(said), _bindings(said)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError("levels.error.unreadable", file=file, why=error) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError("levels.error.incomplete", file=file, what=error) from None
    *_, today = (each for each in bindings if each.from_on is None or each.from_on <= calendar.today())
    return replace(levels, tiers=tuple(today.levels.items())), bindings


def _levels(said: Mapping[str, Any]) -> Levels:
    rows = tuple(
        LevelRow(_level(each["key"]), tuple(map(_kind, each["kinds"])), each.get("zh"), each.get("en"))
        for each in said["level"]
    )
    words = [row.level for row in rows]
    if words[-1:] != [Level.VILLAGE] or Level.SUBJECT in words:
        raise UserError("levels.error.lowest")
    kinds = [kind for row in rows for kind in row.kinds]
    if len(set(words)) < len(words) or len(set(kinds)) < len(kinds) or not all(row.kinds for row in rows):
        raise UserError("levels.error.twice")
    subject = said.get("subject", {})
    found = Levels(rows, bool(said.get("several_roots", False)), subject.get("zh"), subject.get("en"))
    _check_names(found)
    return found


def _check_names(levels: Levels) -> None:
    """Refuse what could not stand as a heading, and two levels of one name: nobody could tell their lists apart."""
    for lang in Lang:
        known = read_catalogue(lang)
        own = {each: levels.own_name(each, lang) for each in levels.every}
        names = [known.get(f"Level.{each.value}") if name is None else name for each, name in own.items()]
        for level, name in zip(levels.every, names, strict=True):
            if name is None:
                raise UserError("levels.error.nameless", word=level.value)
            if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
                raise UserError("levels.error.name", word=level.value, longest=LONGEST_NAME)
        if len(set(names)) < len(names):
            raise UserError("levels.error.same_name", names=" ".join(map(str, names)))


def _bindings(said: Mapping[str, Any]) -> tuple[Binding, ...]:
    order = [each["key"] for each in said["level"]]
    found = tuple(_binding(each, order) for each in said["chain"])
    days = [binding.from_on for binding in found]
    later = [day for day in days[1:] if day is not None]
    if not found or days[0] is not None or len(later) < len(days) - 1 or later != sorted(set(later)):
        raise UserError("levels.error.days")
    return found


def _binding(said: Mapping[str, Any], order: list[str]) -> Binding:
    stands = [said[tier.value] for tier in (Tier.LEADING, Tier.SUPERVISING, Tier.ASSISTING)]
    places = [order.index(word) if word in order else -1 for word in stands]
    from_on = said.get("from_on")
    if -1 in places or places != sorted(places) or not str(said["source"]).strip():
        raise UserError("levels.error.chain")
    if from_on is not None and not isinstance(from_on, date):
        raise UserError("levels.error.days")
    levels = dict(zip(Tier, (*map(Level, stands), Level.SUBJECT), strict=True))
    return Binding(levels, str(said["source"]), from_on)


def _level(word: object) -> Level:
    if not isinstance(word, str) or not _KEY.fullmatch(word):
        raise UserError("levels.error.key", word=word)
    return Level(word)


def _kind(word: object) -> UnitKind:
    if word not in set(UnitKind):
        raise UserError("levels.error.kind", word=word, known=" ".join(UnitKind))
    return UnitKind(str(word))
