"""A table in a file, as every reader gives it: headings, and chunks of text cells with their row numbers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from geodata.errors import UserError

ROWS_A_CHUNK = 50_000
LINES_LOOKED_AT = 10
"""How far down the headings may stand: offices put a title and a line of remarks above them."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a sheet: text or None in columns 0, 1, …; the index is the row number a person sees."""

    cells: pd.DataFrame
    geometry: npt.NDArray[Any] | None = None
    faults: tuple[tuple[int, str, str, str, str], ...] = ()
    """Rows already known to be faulty as a whole, as ``etl.kinds.fault.Fault``: row, field, value, key, detail."""
    shape_faults: tuple[tuple[int, str, str, str, str], ...] = ()
    """Shapes that could not be read, likewise; the other cells of their rows can."""
    left_out: tuple[str, ...] = ()
    """Rows a mapping does not want, each by its first cells; they are not among ``cells``."""


def _declared_or_first(lines: Sequence[Sequence[str]], hints: Hints) -> int | None:
    return min((hints.header or 1) - 1, max(len(lines) - 1, 0))


@dataclass(frozen=True)
class Hints:
    """What is known about a file before it is opened; a reader uses what its format leaves open."""

    encoding: str | None = None
    separator: str | None = None
    header: int | None = None
    """The line the headings stand in, from 1."""
    headings: frozenset[str] = frozenset()
    """Headings looked for: the line with most of them is the one of the headings."""
    find_headings: Callable[[Sequence[Sequence[str]], Hints], int | None] = _declared_or_first
    """Which of the first lines (from 0) holds the headings, None: none does. Readers know no kind of fact."""


NO_HINTS = Hints()


@dataclass(frozen=True)
class Sheet:
    """A table in a file. ``chunks`` reads it from the start each time it is called."""

    file: Path
    name: str
    headings: tuple[str, ...]
    chunks: Callable[[], Generator[Chunk]]
    rows: int | None = None
    """How many rows there are, when the format knows."""
    spatial: bool = False
    crs: str | None = None
    """The coordinate system the file claims; never believed over the declared datum."""
    above: tuple[str, ...] = ()
    """The lines above the headings (a title, who fills it in), which hold no facts."""
    cut: bool = False
    """Whether the format shortens headings."""
    separator: str | None = None
    """What separates its cells, in a file of plain text."""
    hidden: bool = False
    """Whether a person who opens the file does not see it (the words of its lists, mostly)."""


def unreadable_file(key: str, file: Path, **values: object) -> UserError:
    """The error that says in one sentence why a file cannot be read.

    Parameters
    ----------
    key
        The sentence, ``etl.file.<key>``.
    file
        The file; only its name is told.
    **values
        What fills the sentence's other places.

    Returns
    -------
    error
        To be raised.
    """
    return UserError(f"etl.file.{key}", file=file.name, **values)
