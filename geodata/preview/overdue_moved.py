"""Who is overdue before something is tried out and after it: the one number everybody asks for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from geodata.locale import Lang, translate
from geodata.rollup.indicator_counts import plain_rows


@dataclass(frozen=True)
class OverdueMoved:
    """How many subjects become overdue and how many stop being so; how many there were and are then."""

    become: int
    stop: int
    was: int
    now: int

    def to_sentence(self, lang: Lang) -> str:
        """What a person reads before confirming.

        Parameters
        ----------
        lang
            The language.

        Returns
        -------
        sentence
            Also where nothing moves.
        """
        return translate(f"overdue_moved.{'moved' if self.become or self.stop else 'none'}", lang, **asdict(self))


def overdue_subjects(db: Connection, as_of: date) -> frozenset[str]:
    """The subjects that are counted as overdue.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    as_of
        The day, inclusive.

    Returns
    -------
    numbers
        Of subjects.
    """
    return overdue_among(plain_rows(db, "overdue", as_of).set_index("subject_id"))


def overdue_among(states: pd.DataFrame) -> frozenset[str]:
    """The subjects among those asked for that are counted as overdue.

    Parameters
    ----------
    states
        Rows of the indicator by subject number; columns ``counted`` and ``hit``.

    Returns
    -------
    numbers
        Of subjects.
    """
    return frozenset(states.index[states["hit"].astype(bool) & states["counted"].astype(bool)])


def compare_overdue(before: frozenset[str], after: frozenset[str]) -> OverdueMoved:
    """Compare two moments.

    Parameters
    ----------
    before, after
        As ``overdue_subjects`` gave them.

    Returns
    -------
    moved
        One that became and one that stopped do not cancel each other.
    """
    return OverdueMoved(len(after - before), len(before - after), len(before), len(after))
