"""Which rows came into what a number counts between two days, and which left it: the lists behind a change."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection

from geodata.rollup.indicator_counts import list_counted_rows
from geodata.words.change_words import Crossing

PLACED = ["subject_id", "subject_name", "town_code", "town_name", "unit_code", "unit_name"]


def list_crossings(db: Connection, key: str, since: date, as_of: date, within: str | None = None) -> pd.DataFrame:
    """The rows that are in the numerator on one of two days only.

    A row is the same on both days by its ``row_id``: a subject, a visit that fell due, a sample, a grid. So the
    numerator of the later day is that of the earlier one, and those that entered, without those that left.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    since
        The earlier day, inclusive; counted by its own data, rules and tree.
    as_of
        The later day, inclusive.
    within
        Code of the unit whose villages count, in force on both days; None: everywhere.

    Returns
    -------
    rows
        Plain index; first those that entered, each part by town, village, subject. Columns ``crossing`` (a word of
        :class:`Crossing`), ``row_id``, those of ``PLACED`` (of the later day where the row is there, else of the
        earlier), ``state_before on_date_before`` and ``state on_date``, None on a day that does not list the row.

    Raises
    ------
    NotFound
        ``within`` was not in force on one of the days, or no indicator has that key.
    """
    before = list_counted_rows(db, key, since, within).set_index("row_id")
    now = list_counted_rows(db, key, as_of, within).set_index("row_id")
    was, are = before.index[_is_hit(before)], now.index[_is_hit(now)]
    parts = [
        _placed(now, before, are.difference(was, sort=False), Crossing.ENTERED),
        _placed(now, before, was.difference(are, sort=False), Crossing.LEFT),
    ]
    return pd.concat(parts, ignore_index=True)


def _is_hit(frame: pd.DataFrame) -> pd.Series[bool]:
    """Whether a row is in the numerator."""
    return frame["counted"].astype(bool) & frame["hit"].fillna(value=False).astype(bool)


def _placed(now: pd.DataFrame, before: pd.DataFrame, rows: pd.Index, crossing: Crossing) -> pd.DataFrame:
    names = now[PLACED].reindex(rows)
    names = names.where(names["unit_code"].notna(), before[PLACED].reindex(rows))
    found = names.assign(crossing=crossing.value)
    for frame, suffix in ((before, "_before"), (now, "")):
        for column in ("state", "on_date"):
            told = frame[column].reindex(rows).astype(object)
            found[f"{column}{suffix}"] = told.where(told.notna(), None)
    order = ["town_code", "unit_code", "subject_id", "row_id"]
    return found.rename_axis("row_id").reset_index().sort_values(order, kind="stable")
