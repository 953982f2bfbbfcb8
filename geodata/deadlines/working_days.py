"""Which days are working days: weekdays, the published holidays and make-up days (调休), and above them the own table.

The State Council publishes each autumn which days of the next year are off and on which weekend days work is made up
for; the library ``holidays`` has what is published. ``grid.calendar_day`` stands above it: what the library does not
have yet, and the district's own days. A year without make-up days counts by weekdays, less the holidays that 全国年节
及纪念日放假办法 itself fixes; whoever asks is told (``WorkingCalendar.unpublished_years``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays
from sqlalchemy import Connection, text

from geodata.locale import Lang, translate
from geodata.vocabulary import ArrangedBy, DayKind

_SATURDAY = 5
_NEXT_YEARS = (12, 25)
"""From this day on the next year's notice decides too: 2018-12-29 was made a working day by that of 2019."""
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class OwnDay:
    """What the own table says of a day."""

    kind: DayKind
    arranged_by: ArrangedBy


@dataclass(frozen=True)
class _Year:
    """What the library knows of a year."""

    off: frozenset[date]
    made_up: frozenset[date]


@cache
def _library_year(year: int) -> _Year:
    known = country_holidays("CN", years=year)
    made_up = frozenset(day for day in known.weekend_workdays if day.year == year)
    # without a notice the library guesses which days make up for holidays on a weekend; only the holidays are law
    return _Year(frozenset(known if made_up else country_holidays("CN", years=year, observed=False)), made_up)


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days as they are known now; ``own`` is the own table, day by day."""

    own: Mapping[date, OwnDay]

    def is_working(self, day: date) -> bool:
        """Whether work is done on a day.

        Parameters
        ----------
        day
            The day.

        Returns
        -------
        working
            What the own table says of it; else True for a make-up day, and for a weekday that is no holiday.
        """
        told = self.own.get(day)
        if told is not None:
            return told.kind is DayKind.WORKING
        year = _library_year(day.year)
        return day in year.made_up or (day.weekday() < _SATURDAY and day not in year.off)

    def working_day_from(self, day: date) -> date:
        """The first working day on or after a day.

        Parameters
        ----------
        day
            Where the search begins, inclusive.

        Returns
        -------
        day
            The day itself when it is one.
        """
        while not self.is_working(day):
            day += _ONE
        return day

    def add_working_days(self, start: date, amount: int) -> date:
        """The last of so many working days after a day.

        Parameters
        ----------
        start
            The day of the event, working or not; it is not counted (民法典 art 201).
        amount
            How many working days, not below 0.

        Returns
        -------
        day
            A working day; for 0 ``start`` itself, or the next working day.
        """
        day = self.working_day_from(start) if not amount else start
        for _ in range(amount):
            day = self.working_day_from(day + _ONE)
        return day

    def is_published(self, year: int) -> bool:
        """Whether the make-up days of a year are known.

        Parameters
        ----------
        year
            A calendar year.

        Returns
        -------
        published
            True when the library has make-up days of it, or the own table one that the State Council arranged; a
            local working day says nothing of the others.
        """
        return bool(_library_year(year).made_up) or any(
            day.year == year and told.kind is DayKind.WORKING and told.arranged_by is ArrangedBy.STATE_COUNCIL
            for day, told in self.own.items()
        )

    def unpublished_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years whose make-up days the days from ``first`` to ``last`` depend on and nobody has published.

        Parameters
        ----------
        first, last
            The days asked about, both inclusive.

        Returns
        -------
        years
            Ascending; for days from 25 December on the next year is asked too, since its notice may move them. Empty
            when all is known.
        """
        after = (last.month, last.day) >= _NEXT_YEARS
        return tuple(year for year in range(first.year, last.year + 1 + after) if not self.is_published(year))


def read_calendar(db: Connection) -> WorkingCalendar:
    """The working days with the own table as it stands in the database.

    Parameters
    ----------
    db
        Connection; the table is open to whoever sees an area.

    Returns
    -------
    calendar
        A snapshot: what is loaded later is not in it.
    """
    rows = db.execute(text("SELECT falls_on, kind, arranged_by FROM grid.calendar_day"))
    return WorkingCalendar({day: OwnDay(DayKind(kind), ArrangedBy(by)) for day, kind, by in rows})


def unpublished_text(years: tuple[int, ...], lang: Lang | str) -> str:
    """What to tell when a day depends on make-up days that are not published.

    Parameters
    ----------
    years
        As ``WorkingCalendar.unpublished_years`` gives them.
    lang
        The language wanted.

    Returns
    -------
    sentence
        What is counted instead and what to do; empty when there are no such years.
    """
    named = translate("list.comma", lang).join(str(year) for year in years)
    return translate("deadline.unpublished", lang, years=named) if years else ""
