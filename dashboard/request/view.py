"""The state of a page as a value: ``View`` ⇄ the URL's search string. Parsing never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from geodata.calendar import day_of
from geodata.errors import UserError
from geodata.indicator import PARTS
from geodata.levels import Level, current_levels
from geodata.locale import Lang
from geodata.rollup.narrowing import OUTLINE, WORDS, Narrowing
from geodata.settings import settings

THEMES = ("light", "dark")
HEATS = ("subjects", "overdue", "failures")
NARROWED = tuple(each.name for each in fields(Narrowing))
PICKS = frozenset({"asof", "since", "unit", "only", "indicator", "part", "find", "check", *NARROWED})
"""Fields that say which rows a list has."""
_OUTLINE = re.compile(OUTLINE)
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,60}")
_CODE = re.compile(r"[\w.\-]{1,64}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_ITEM = re.compile(r"[a-z_]{1,40}:[^\x00-\x1f\x7f\ud800-\udfff]{1,1000}")


@dataclass(frozen=True)
class View:
    """What a person is looking at; every field is one parameter of the URL and a default is left out of it.

    ``asof`` None means today; ``since`` is the earlier day it is compared with, None for none, and ``side`` shows both
    side by side; ``unit`` None means everything that is seen; ``only`` is the legend class or the state picked out,
    ``indicator`` the number whose rows a unit's page lists, ``part`` which of them, ``find`` a text looked for in a
    list; ``check`` and ``item`` are a check of the grid and one of the faults it has found; ``page`` is the page of a
    list, counted from 1. ``kind`` to ``inside`` are those of ``Narrowing``: which subjects count.
    """

    asof: date | None = None
    since: date | None = None
    layer: str = "overdue"
    level: Level = field(default_factory=lambda: current_levels().first)
    unit: str | None = None
    subject: str | None = None
    only: str | None = None
    indicator: str | None = None
    part: str | None = None
    find: str | None = None
    check: str | None = None
    item: str | None = None
    page: int = 1
    kind: str | None = None
    sector: str | None = None
    product: str | None = None
    risk: str | None = None
    status: str | None = None
    person: str | None = None
    inside: str | None = None
    heat: str | None = None
    points: bool = True
    lines: bool = True
    table: bool = False
    side: bool = False
    theme: str = "light"
    lang: Lang = field(default_factory=lambda: settings().lang)

    @classmethod
    def parse(cls, search: object) -> View:
        """The view a search string asks for; what cannot be read keeps its default.

        Parameters
        ----------
        search
            With or without its question mark; whatever is no text counts as empty. Of a parameter said twice the first
            counts, as a browser and ``from_args`` read it.

        Returns
        -------
        view
            Never an error.
        """
        return cls.from_args(read_search(search))

    @classmethod
    def from_args(cls, asked: Mapping[str, str]) -> View:
        """The view of already split parameters, e.g. Flask's ``request.args``.

        Parameters
        ----------
        asked
            Name → text, decoded; unknown names are passed over.

        Returns
        -------
        view
            What cannot be read keeps its default.
        """
        found = {name: read_parameter(name, text) for name, text in asked.items() if name in READ}
        return cls(**{name: value for name, value in found.items() if value is not None})

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that differ from the default."""
        default = View()
        return {
            item.name: _write(getattr(self, item.name))
            for item in fields(self)
            if getattr(self, item.name) != getattr(default, item.name)
        }

    @property
    def narrowing(self) -> Narrowing:
        """Which subjects count."""
        return Narrowing(*(getattr(self, name) for name in NARROWED))

    @property
    def search(self) -> str:
        """The search string of this view, ``""`` when everything is as by default."""
        said = self.parameters
        return f"?{urlencode(said)}" if said else ""

    def with_fields(self, **changes: Any) -> View:
        """The same view with some fields changed.

        Parameters
        ----------
        **changes
            Field → its new value.

        Returns
        -------
        view
            A new one; what was not named is as it was, but a list picked differently begins at its first page.
        """
        return replace(self, **({"page": 1} if changes.keys() & PICKS else {}) | changes)

    def link_to(self, path: str = "/", **changes: Any) -> str:
        """The address of a path seen as this view with some fields changed.

        Parameters
        ----------
        path
            Percent-encoded where it needs to be.
        **changes
            Field → its new value.

        Returns
        -------
        address
            Path and search string, of this server.
        """
        return f"{path}{self.with_fields(**changes).search}"


def read_search(search: object) -> dict[str, str]:
    """The parameters a search string says.

    Parameters
    ----------
    search
        With or without its question mark; whatever is no text counts as empty.

    Returns
    -------
    asked
        Name → text, decoded; of a parameter said twice the first.
    """
    said = search if isinstance(search, str) else ""
    try:
        return dict(reversed(parse_qsl(said.lstrip("?"), keep_blank_values=True, errors="replace")))
    except ValueError:
        return {}


def _read_date(text: str) -> date | None:
    try:
        return day_of(text)
    except UserError:
        return None


def _one_of(words: tuple[str, ...] | type[StrEnum]) -> Callable[[str], Any]:
    table = {str(word): word for word in words}
    return table.get


def _read_level(text: str) -> Level | None:
    return next((level for level in current_levels().every if level == text), None)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _read_switch(text: str) -> bool | None:
    return {"1": True, "0": False}.get(text)


def _read_page(text: str) -> int | None:
    return int(text) if _PAGE.fullmatch(text) else None


def _write(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


READ: dict[str, Callable[[str], Any]] = {
    "asof": _read_date,
    "since": _read_date,
    "layer": _matching(_SLUG),
    "level": _read_level,
    "unit": _matching(_CODE),
    "subject": _matching(_CODE),
    "only": _matching(_SLUG),
    "indicator": _matching(_SLUG),
    "part": _one_of(PARTS),
    "find": _matching(_WORDS),
    "check": _matching(_SLUG),
    "item": _matching(_ITEM),
    "page": _read_page,
    **{name: _one_of(words) for name, words in WORDS.items()},
    "product": _matching(_WORDS),
    "person": _matching(_CODE),
    "inside": _matching(_OUTLINE),
    "heat": _one_of(HEATS),
    "points": _read_switch,
    "lines": _read_switch,
    "table": _read_switch,
    "side": _read_switch,
    "theme": _one_of(THEMES),
    "lang": _one_of(Lang),
}
"""Parameter → how its text is read; None for what cannot be meant."""


def read_parameter(name: str, text: str) -> Any:
    """What one parameter of an address says.

    Parameters
    ----------
    name
        A key of ``READ``.
    text
        Decoded.

    Returns
    -------
    value
        Of the field of that name; None for a text that cannot be meant.
    """
    return READ[name](text)
