"""What an indicator is, and how its rows become counts: once, in SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from sqlalchemy import Connection

from geodata.calendar import Period, coverage_period, test_period
from geodata.levels import Level

Better = Literal["higher", "lower"]
Window = Literal["coverage", "test", "day"]

PARTS = ("numerator", "denominator", "beside")
"""What of a number can be listed: those that hit, those counted, those shown beside."""

_PERIODS: dict[Window, Callable[[Connection, date], Period]] = {
    "coverage": coverage_period,
    "test": test_period,
    "day": lambda _db, as_of: Period(as_of, as_of),
}


@dataclass(frozen=True)
class Extra:
    """A column that explains a row an indicator counted, after those that every indicator has.

    Attributes
    ----------
    name
        Of the column in ``rows``; its heading is ``indicator.<key>.column.<name>``, or ``ui.column.<name>`` where
        several indicators share one.
    kind
        How a person reads its cells: as they are, as a day, a number, yes or no, or as the label of a vocabulary word.
    many
        The cell holds a list of such words.
    listed
        False for a column that only other code reads.
    """

    name: str
    kind: Literal["text", "day", "number", "yes_no"] | type[StrEnum | Level] = "text"
    many: bool = False
    listed: bool = True


@dataclass(frozen=True)
class Indicator:
    """One number of the grid, defined by the rows it counts.

    ``rows`` is a SELECT over the parameters ``:as_of``, ``:start``, ``:end`` (dates, inclusive) and ``:villages``
    (text[] or NULL for all). Its first columns are ``row_id, subject_id, unit_code`` (village level), ``on_date, state,
    counted`` (in the denominator) and ``hit`` (in the numerator); columns after them explain the row. Counts are made
    from these very rows, so a number and its list cannot disagree. Label, definition and the names of numerator and
    denominator stand in the catalogue under ``indicator.<key>``. ``graded``: of grain ``village``, and its states are
    grades from good to bad, so that counts of villages come with their ``state``.
    """

    key: str
    order: int
    better: Better
    grain: Literal["subject", "sample", "village", "due"]
    window: Window
    states: type[StrEnum]
    rows: str
    extra: tuple[Extra, ...] = ()
    graded: bool = False

    @property
    def extra_names(self) -> list[str]:
        """The names of the columns after the first, in the order of the SELECT."""
        return [each.name for each in self.extra]

    def period_on(self, db: Connection, as_of: date) -> Period:
        """The days the indicator looks at when asked as of a day.

        Parameters
        ----------
        db
            Connection; rules are open to every role.
        as_of
            Last day looked at, inclusive.

        Returns
        -------
        period
            Both ends inclusive; the day alone where the window is ``day``.

        Raises
        ------
        NotFound
            The rule of the window had not come into force by then.
        """
        return _PERIODS[self.window](db, as_of)


OF_VILLAGES = "(CAST(:villages AS text[]) IS NULL OR {column} = ANY(:villages))"


def of_villages(column: str) -> str:
    """SQL condition that a column lies in the villages asked for.

    Parameters
    ----------
    column
        A column with a village's code, qualified as the statement needs it; never a text of the data.

    Returns
    -------
    sql
        True for every row when ``:villages`` is NULL.
    """
    return OF_VILLAGES.format(column=column)
