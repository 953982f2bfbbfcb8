"""Which kind of fact a sheet holds, by its name or headings, and which of its lines are the headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.kinds.source import Source
from etl.readers.sheet import LINES_LOOKED_AT, NO_HINTS, Hints
from etl.recognise.headings import field_named, fold_heading, map_headings, missing_fields
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import spellings_of

_FEWEST_KNOWN = 3
"""A line that lacks something is one of headings when it has as many that are known."""


def kind_by_name(*names: str) -> str | None:
    """The kind a sheet or file is named after, numbers and signs beside the name ignored; the first name wins.

    Parameters
    ----------
    *names
        Names of a sheet or file, the surest first.

    Returns
    -------
    kind
        None where no name is that of a kind, in either language or as its code word.
    """
    known = {fold_heading(said): kind for kind in discover() for said in (kind, *spellings_of(f"etl.kind.{kind}"))}
    for name in names:
        for spelt in (fold_heading(name), re.sub(r"[\d_年月日]+", "", fold_heading(name))):
            if spelt in known:
                return known[spelt]
    return None


def kind_by_headings(headings: Sequence[str], *, cut: bool = False) -> str | None:
    """The one kind whose needed columns are all there and of which most columns are there; None without a clear one.

    Parameters
    ----------
    headings
        The headings of the file, column by column.
    cut
        Whether the format may have shortened headings.

    Returns
    -------
    kind
        A kind of fact.
    """
    fits: dict[str, int] = {}
    for kind, source in discover().items():
        try:
            columns = map_headings(source, headings, cut=cut)
        except UserError:
            continue
        if columns and not missing_fields(source, columns):
            fits[kind] = len(columns)
    best = [kind for kind, count in fits.items() if count == max(fits.values())]
    return best[0] if len(best) == 1 else None


def heading_line(lines: Sequence[Sequence[str]], hints: Hints = NO_HINTS) -> int | None:
    """Which of a table's first lines holds its headings: the first that has all some kind of fact needs.

    Without one, the line with most headings of any one kind, so that what it lacks can be said; else None. Hints go
    before: the line they name, or the first with most of the headings they look for.

    Parameters
    ----------
    lines
        The first lines, cell by cell (blank: empty text).
    hints
        What is known about the file.

    Returns
    -------
    line
        Place in ``lines``, from 0.
    """
    if hints.header is not None:
        return min(hints.header - 1, max(len(lines) - 1, 0))
    if hints.headings:
        wanted = {fold_heading(each) for each in hints.headings}
        hits = [len(wanted & {fold_heading(cell) for cell in line}) for line in lines]
        return hits.index(max(hits)) if any(hits) else None
    for at, line in enumerate(lines):
        if any(_serves(source, line) for source in discover().values()):
            return at
    known = [max(_known(kind, line) for kind in discover()) for line in lines[:LINES_LOOKED_AT]]
    best = max(known, default=0)
    return known.index(best) if best >= _FEWEST_KNOWN and best > known[0] else None


def _known(kind: str, line: Sequence[str]) -> int:
    """How many fields of a kind a line names."""
    return len({field.name for title in line if (field := field_named(kind, title)) is not None})


def _serves(source: Source, line: Sequence[str]) -> bool:
    try:
        columns = map_headings(source, line)
    except UserError:
        return False
    return bool(columns) and not missing_fields(source, columns)
