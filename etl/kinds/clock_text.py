"""Dates and times as office files write them: 2026-11-23, 2026/11/23, 2026.11.23, 20261123, 年月日, Excel serials."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

FAULTS = frozenset({"not_a_date", "date_ambiguous", "date_with_time", "date_out_of_range"})
"""Keys of the sentences for what can be wrong; the text of every ValueError raised here is one of them."""

_DAY = r"(?P<y>\d{4})(?:[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?|(?P<m2>\d{2})(?P<d2>\d{2}))"
_TIME = r"(?:[T\s]*(?P<H>\d{1,2})[:时](?P<M>\d{1,2})分?(?::?(?P<S>\d{1,2})(?:\.\d+)?秒?)?)?"
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_WRITTEN = re.compile(_DAY + _TIME + _ZONE, re.IGNORECASE)
_EXCEL_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s.*)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial has no zone
_YEARS = range(1900, 2101)


def read_moment(value: str) -> datetime:
    """The moment a text names; without a zone unless the text gives one.

    Parameters
    ----------
    value
        A day with or without a time, or days since 1899-12-30 (an Excel serial of five figures, with decimals); without
        surrounding blanks, full-width signs made plain before.

    Returns
    -------
    moment
        Of the years 1900 to 2100, both inclusive; midnight where no time is said, decimals of a second dropped.

    Raises
    ------
    ValueError
        Its text is one of ``FAULTS``.
    """
    if _EXCEL_SERIAL.fullmatch(value):
        # spreadsheets count days in binary fractions: the second is what was typed
        moment = _EXCEL_EPOCH + timedelta(seconds=round(float(value) * 86400))
    else:
        moment = _written(value)
    if moment.year not in _YEARS:
        raise ValueError("date_out_of_range")
    return moment


def _written(value: str) -> datetime:
    found = _WRITTEN.fullmatch(value)
    if found is None:
        raise ValueError("date_ambiguous" if _DAY_FIRST.fullmatch(value) else "not_a_date")
    part = found.groupdict()
    try:
        moment = datetime(  # noqa: DTZ001 - the caller knows the zone of the office
            int(part["y"]), int(part["m"] or part["m2"]), int(part["d"] or part["d2"]),
            int(part["H"] or 0), int(part["M"] or 0), int(part["S"] or 0),
        )  # fmt: skip
        if part["zone"]:
            zone = part["zone"].upper().replace("Z", "+0000").replace(":", "")
            moment = datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S} {zone}", "%Y-%m-%d %H:%M:%S %z")
    except (ValueError, OverflowError):
        raise ValueError("not_a_date") from None
    return moment


def read_day(value: str) -> date:
    """The local day a text names; a time of day other than midnight is refused rather than dropped.

    Parameters
    ----------
    value
        As for ``read_moment``.

    Returns
    -------
    day
        Of the years 1900 to 2100, both inclusive.

    Raises
    ------
    ValueError
        Its text is one of ``FAULTS``.
    """
    moment = read_moment(value)
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0) or moment.tzinfo is not None:
        raise ValueError("date_with_time")
    return moment.date()
