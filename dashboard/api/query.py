"""What a program asks of ``/api``: its parameters read once, each fault one sentence; stricter than a page's View."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dashboard.request.asked_view import require_readable
from dashboard.request.view import NARROWED, View
from geodata.calendar import past_day_of, today
from geodata.errors import UserError
from geodata.indicator import PARTS
from geodata.indicators import INDICATORS, get_indicator
from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of
from geodata.rollup.narrowing import NOTHING, Narrowing
from geodata.settings import settings
from geodata.vocabulary import DueState
from layers.catalog import discover

MOST_SIGNS = 60
"""Of a text looked for in names."""
_CLASS = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Query:
    """One question; ``day`` is inclusive, ``unit`` None means everything, ``keys`` the indicators asked about.

    ``since`` is the earlier day that ``day`` is compared with, ``narrowing`` is which subjects count, ``find``
    a text in the rows' names, ``picked`` a layer and the class of its legend the units are of.
    """

    day: date
    since: date | None = None
    unit: str | None = None
    level: Level = field(default_factory=lambda: current_levels().first)
    keys: tuple[str, ...] = ()
    state: str | None = None
    part: str | None = None
    find: str | None = None
    picked: tuple[str, str] | None = None
    narrowing: Narrowing = NOTHING
    kind: str = "json"
    lang: Lang = field(default_factory=lambda: settings().lang)
    vocabulary: type[StrEnum] = DueState

    @property
    def states(self) -> dict[str, str]:
        """The states a row may be in and their labels."""
        return {state.value: label_of(state, self.lang) for state in self.vocabulary}


@dataclass(frozen=True)
class Accepts:
    """What one address understands: its parameters and its kinds of file."""

    parameters: tuple[str, ...]
    kinds: tuple[str, ...]
    states: type[StrEnum] | None = None
    """What ``state`` may say; None: the states of the one indicator asked about, else the due states."""

    @property
    def one_indicator(self) -> bool:
        """Whether exactly one indicator has to be named: what is listed are the rows it counts."""
        return "indicator" in self.parameters and "level" not in self.parameters


def read_query(asked: Mapping[str, str], accepts: Accepts) -> Query:
    """The question of split parameters, e.g. Flask's ``request.args``.

    Parameters
    ----------
    asked
        Name → text, one of each. ``asof`` is YYYY-MM-DD, inclusive; several keys of ``indicator`` have commas between;
        empty counts as not said.
    accepts
        What the address understands.

    Returns
    -------
    query
        Not said: today, everything, the level below the root, all indicators, JSON, the set language.

    Raises
    ------
    UserError
        For a parameter this address does not know, a value that cannot be meant, or a day to come.
    NotFound
        What should be a person's number is no name at all.
    """
    unknown = [name for name in asked if name not in accepts.parameters]
    if unknown:
        raise UserError("api.error.parameter", name=unknown[0], known=", ".join(accepts.parameters))
    said = {name: asked[name] for name in NARROWED if asked.get(name)}
    require_readable(said)
    keys = _keys(asked.get("indicator"))
    states = accepts.states or _states(keys)
    return Query(
        day=past_day_of(asked["asof"]) if asked.get("asof") else today(),
        since=past_day_of(asked["since"]) if asked.get("since") else None,
        unit=asked.get("unit") or None,
        level=Level(_one(asked, "level", current_levels().every) or current_levels().first),
        keys=keys,
        state=_one(asked, "state", tuple(states)),
        part=_one(asked, "part", PARTS),
        find=(asked.get("find") or "").strip()[:MOST_SIGNS] or None,
        picked=_class(asked.get("class") or None),
        narrowing=View.from_args(said).narrowing,
        kind=_one(asked, "format", accepts.kinds) or "json",
        lang=Lang(_one(asked, "lang", tuple(Lang)) or settings().lang),
        vocabulary=states,
    )


def _keys(text: str | None) -> tuple[str, ...]:
    """Indicator keys, several with commas between; all of them when none is named."""
    keys = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for key in keys:
        _one({"indicator": key}, "indicator", tuple(INDICATORS))
    return keys or tuple(INDICATORS)


def _class(text: str | None) -> tuple[str, str] | None:
    """A class of a layer's legend, said as ``overdue:c4``."""
    if text is None:
        return None
    layer, _, key = text.partition(":")
    _one({"class": layer}, "class", tuple(discover()))
    if not _CLASS.fullmatch(key):
        raise UserError("api.error.value", name="class", value=text[:60], known="overdue:c1")
    return layer, key


def _states(keys: tuple[str, ...]) -> type[StrEnum]:
    return get_indicator(keys[0]).states if len(keys) == 1 else DueState


def _one(asked: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = asked.get(name) or None
    if value is not None and value not in known:
        raise UserError("api.error.value", name=name, value=value, known=", ".join(known))
    return value
