"""The last day, or moment, of a duration.

The day of the event is not counted, hours run from the event itself (民法典 art 201). The last day lasts until
midnight; where it is off, the next working day is the last (art 203). Working days leave out what is off altogether
(行政处罚法 art 85). Hours run on through nights and holidays and end where they end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from geodata.deadlines.duration import Duration
from geodata.deadlines.working_days import WorkingCalendar
from geodata.settings import settings
from geodata.vocabulary import DurationUnit


@dataclass(frozen=True)
class Deadline:
    """When something must be done.

    Attributes
    ----------
    last_on : the last day for it, inclusive, until its midnight in ``GRID_TIMEZONE``.
    last_at : of a duration in hours the last moment, inclusive, in ``GRID_TIMEZONE``; None for one in days.
    unpublished : the years it depends on whose make-up days are not published; the day may move once they are.
    """

    last_on: date
    last_at: datetime | None = None
    unpublished: tuple[int, ...] = ()


def due_moment(duration: Duration, start: date | datetime, calendar: WorkingCalendar) -> Deadline:
    """When a duration that begins with an event ends.

    Parameters
    ----------
    duration
        How long.
    start
        The event: its moment, with a time zone, or its day, which is enough for days. A moment's day is that of
        ``GRID_TIMEZONE``.
    calendar
        The working days.

    Returns
    -------
    deadline
        ``n`` working days: the nth working day after the day of the event. ``n`` calendar days: the nth day after it,
        or the next working day. ``n`` hours: the same minute and second ``n`` hours later, whatever day that is.

    Raises
    ------
    ValueError
        The moment has no time zone, or hours are asked for and only a day is given: a bug.
    """
    moment = _local_moment(start) if isinstance(start, datetime) else None
    if duration.unit is DurationUnit.HOURS:
        if moment is None:
            raise ValueError("hours run from a moment, not from a day")
        # over UTC: an hour is an hour also where a zone turns its clocks
        last = (moment.astimezone(UTC) + timedelta(hours=duration.amount)).astimezone(moment.tzinfo)
        return Deadline(last.date(), last)
    day = moment.date() if moment else start
    if duration.unit is DurationUnit.WORKING_DAYS:
        last_on = calendar.add_working_days(day, duration.amount)
        return Deadline(last_on, unpublished=calendar.unpublished_years(day, last_on))
    ends_on = day + timedelta(days=duration.amount)
    last_on = calendar.working_day_from(ends_on)
    return Deadline(last_on, unpublished=calendar.unpublished_years(ends_on, last_on))


def _local_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(ZoneInfo(settings().timezone))
