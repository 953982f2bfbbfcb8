"""The levels of the tree, from the root down to the subject: which there are is the installation's, not the program's.

A level is a word (``Level``); its place among the others is told by ``Levels``, the table ``grid.level``. Two words are
the program's own: ``village``, the lowest unit, in which a subject stands, and ``subject``. What is above the lowest
unit, how much of it, and what all of it is called is data. Nobody but this module knows an order of levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from geodata.vocabulary import Tier, UnitKind


class Level(str):
    """The word of a level as database, addresses and files have it; equal words are the same object."""

    __slots__ = ()
    _words: ClassVar[dict[str, Level]] = {}
    DISTRICT: ClassVar[Level]
    TOWN: ClassVar[Level]
    VILLAGE: ClassVar[Level]
    SUBJECT: ClassVar[Level]

    def __new__(cls, word: str) -> Level:
        """The one object of a word; only words of the installation, never a text somebody typed."""
        known = cls._words.get(word)
        return known if known is not None else cls._words.setdefault(word, super().__new__(cls, word))

    @property
    def value(self) -> str:
        """The word as plain text."""
        return str.__str__(self)


Level.DISTRICT, Level.TOWN = Level("district"), Level("town")
Level.VILLAGE, Level.SUBJECT = Level("village"), Level("subject")


@dataclass(frozen=True)
class LevelRow:
    """One level of units: the kinds its units may be of, and its own names; None: the catalogue's for that word."""

    level: Level
    kinds: tuple[UnitKind, ...]
    zh: str | None = None
    en: str | None = None


@dataclass(frozen=True)
class Levels:
    """The levels of units of an installation, the root's first and ``village`` last; the subject's follows by itself.

    ``several_roots`` allows more than one unit without a parent; ``subject_zh`` and ``subject_en`` are the
    installation's own names of what stands in the lowest units. ``tiers`` has the level of each tier of the chain on
    the day they were read, the leading one's first; what it lacks stands as in a tree of three levels.
    """

    rows: tuple[LevelRow, ...]
    several_roots: bool = False
    subject_zh: str | None = None
    subject_en: str | None = None
    tiers: tuple[tuple[Tier, Level], ...] = ()

    @cached_property
    def units(self) -> tuple[Level, ...]:
        """The levels of units, the root's first."""
        return tuple(row.level for row in self.rows)

    @cached_property
    def every(self) -> tuple[Level, ...]:
        """The levels of units and the subject's, the root's first."""
        return (*self.units, Level.SUBJECT)

    @cached_property
    def _ranks(self) -> dict[Level, int]:
        return {level: rank for rank, level in enumerate(self.every)}

    @property
    def root(self) -> Level:
        """The level of units without a parent."""
        return self.units[0]

    @property
    def first(self) -> Level:
        """The level compared by whoever sees everything under one root."""
        return self.every[1]

    @property
    def above_lowest(self) -> Level:
        """The level right above the lowest one; that itself where there is no other."""
        return self.units[-2] if len(self.units) > 1 else self.units[-1]

    def tier_level(self, tier: Tier) -> Level:
        """The level at which a tier of the chain stands.

        Parameters
        ----------
        tier
            One of the four.

        Returns
        -------
        level
            On the day the levels were read.
        """
        usual = (self.root, self.above_lowest, Level.VILLAGE, Level.SUBJECT)
        return (dict(zip(Tier, usual, strict=True)) | dict(self.tiers))[tier]

    def rank_of(self, level: Level) -> int:
        """Steps below the root.

        Parameters
        ----------
        level
            One of ``every``.

        Returns
        -------
        rank
            0 for the root's.

        Raises
        ------
        KeyError
            This installation has no such level.
        """
        return self._ranks[level]

    def child_of(self, level: Level) -> Level | None:
        """The next level down.

        Parameters
        ----------
        level
            One of ``every``.

        Returns
        -------
        level
            None below the subject.
        """
        place = self._ranks[level] + 1
        return self.every[place] if place < len(self.every) else None

    def parent_of(self, level: Level) -> Level | None:
        """The next level up.

        Parameters
        ----------
        level
            One of ``every``.

        Returns
        -------
        level
            None above the root.
        """
        place = self._ranks[level]
        return self.every[place - 1] if place else None

    def outline_level(self, level: Level) -> Level:
        """The level whose borders stand out on a map of another one: its parents', unless that is one outline only.

        Parameters
        ----------
        level
            A level of units.

        Returns
        -------
        level
            The level itself at the root and right below.
        """
        above = self.parent_of(level)
        return level if above is None or above is self.root else above

    def levels_below(self, level: Level) -> tuple[Level, ...]:
        """The levels of units below one.

        Parameters
        ----------
        level
            A level of units.

        Returns
        -------
        levels
            The next one down first; empty below the lowest.
        """
        return self.units[self._ranks[level] + 1 :]

    def own_name(self, level: Level, lang: str) -> str | None:
        """What the installation calls a level.

        Parameters
        ----------
        level
            Any level.
        lang
            ``zh`` or ``en``.

        Returns
        -------
        name
            None where it has no name of its own for it: the catalogue's holds.
        """
        if level is Level.SUBJECT:
            return self.subject_zh if lang == "zh" else self.subject_en
        row = next((each for each in self.rows if each.level is level), None)
        return None if row is None else row.zh if lang == "zh" else row.en


SHIPPED = Levels(
    (
        LevelRow(Level.DISTRICT, (UnitKind.DISTRICT,)),
        LevelRow(Level.TOWN, (UnitKind.STREET, UnitKind.TOWN, UnitKind.TOWNSHIP)),
        LevelRow(Level.VILLAGE, (UnitKind.COMMUNITY, UnitKind.VILLAGE)),
    ),
    tiers=tuple(zip(Tier, (Level.DISTRICT, Level.TOWN, Level.VILLAGE, Level.SUBJECT), strict=True)),
)
"""What a new installation begins with, as migration 0015 writes it."""

_IN_USE: ContextVar[Levels] = ContextVar("levels", default=SHIPPED)


def current_levels() -> Levels:
    """The levels of the installation that is being served, for what has no connection at hand: addresses, words, links.

    Returns
    -------
    levels
        As ``use_levels`` said last in this thread; the shipped ones before.
    """
    return _IN_USE.get()


def use_levels(levels: Levels) -> None:
    """Say which installation's levels hold in this thread: each request, load, job and command does as it begins.

    Parameters
    ----------
    levels
        From ``geodata.territory.level_table.read_levels``.
    """
    _IN_USE.set(levels)


@contextmanager
def levels_in_use(levels: Levels) -> Iterator[None]:
    """Say which levels hold inside, whatever holds around.

    Parameters
    ----------
    levels
        Of an installation, or of one that is only being written.

    Yields
    ------
    None
        What held before holds again afterwards.
    """
    before = _IN_USE.set(levels)
    try:
        yield
    finally:
        _IN_USE.reset(before)
