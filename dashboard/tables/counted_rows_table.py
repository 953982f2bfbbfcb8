"""The very rows one number was counted from, as a list."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pandas as pd
from sqlalchemy import Connection

from geodata.indicators import indicator
from geodata.locale import Lang, say
from geodata.rollup.indicator_counts import list_counted_rows
from geodata.tables.column import Column, day, word, word_column, yes_no
from geodata.tables.table import Table, table_notes
from geodata.vocabulary import Level, Purpose, Risk, SubjectStatus

PARTS = ("numerator", "denominator", "beside")
"""What of a number can be listed: those that hit, those counted, those shown beside."""

_WORDED: dict[str, type[StrEnum]] = {"risk": Risk, "status": SubjectStatus, "purpose": Purpose}
_DAYS = frozenset({"last_on", "due_on", "done_on"})
_NUMBERS = frozenset({"days_over", "interval_days", "visits"})
_TRUTHS = frozenset({"supervisor", "assistant"})
_INSIDE = frozenset({"basis", "final_no"})


def row_list(
    db: Connection, key: str, as_of: date, within: str | None, state: str | None, part: str | None, lang: Lang
) -> Table:
    """The rows of one indicator; ``state`` and ``part`` narrow to a state, or to one of ``PARTS``."""
    frame = list_counted_rows(db, key, as_of, within, state)
    if part is not None:
        frame = frame[_belongs(frame, part)].reset_index(drop=True)
    return Table(columns(key), frame, table_notes(db, say(f"indicator.{key}.label", lang), (key,), as_of, within, lang))


def columns(key: str) -> tuple[Column, ...]:
    """Who and where, the day, the state, whether and how it was counted, and what explains it."""
    asked = indicator(key)
    who = () if asked.grain == "village" else (Column("subject_id"), Column("subject_name"))
    where = (Column("town_name"), Column("unit_code"), Column("unit_name"))
    judged = (
        Column("on_date", day),
        Column("state", word(asked.states)),
        Column("counted", yes_no),
        Column("hit", yes_no),
    )
    return (*who, *where, *judged, *(_own(name) for name in asked.extra if name not in _INSIDE))


def _own(name: str) -> Column:
    if name == "missing":
        return Column(name, word_column(Level))
    if name in _WORDED:
        return Column(name, word(_WORDED[name]))
    if name in _DAYS:
        return Column(name, day)
    return Column(name, yes_no) if name in _TRUTHS else Column(name, numeric=name in _NUMBERS)


def _belongs(frame: pd.DataFrame, part: str) -> pd.Series[bool]:
    counted, hit = frame["counted"].astype(bool), frame["hit"].fillna(value=False).astype(bool)
    return {"numerator": counted & hit, "denominator": counted, "beside": ~counted}[part]
