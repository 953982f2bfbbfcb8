"""The very rows one number was counted from, as a list."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection

from dashboard.tables.declared_columns import own_columns, state_column
from geodata.indicators import get_indicator
from geodata.locale import Lang, translate
from geodata.rollup.indicator_counts import list_counted_rows
from geodata.tables.column import Column, read_day, yes_no
from geodata.tables.table import Table, table_notes


def row_list(
    db: Connection, key: str, as_of: date, within: str | None, state: str | None, part: str | None, lang: Lang
) -> Table:
    """The rows of one indicator.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    as_of
        The day, inclusive.
    within
        Code of the unit whose villages count; None: everywhere.
    state
        Only rows in this state; None: all.
    part
        One of ``PARTS``; None: all.
    lang
        Language of the notes.

    Returns
    -------
    table
        Columns as ``counted_columns`` says.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    frame = list_counted_rows(db, key, as_of, within, state)
    if part is not None:
        frame = frame[_belongs(frame, part)].reset_index(drop=True)
    return Table(
        counted_columns(key),
        frame,
        table_notes(db, translate(f"indicator.{key}.label", lang), (key,), as_of, within, lang),
    )


def counted_columns(key: str) -> tuple[Column, ...]:
    """Who and where, the day, the state, whether and how it was counted, and what explains it.

    Parameters
    ----------
    key
        Key of the indicator.

    Returns
    -------
    columns
        In this order; of the indicator's own those it lists. Without the subject where a village is a row.

    Raises
    ------
    NotFound
        No indicator has that key.
    """
    asked = get_indicator(key)
    who = () if asked.grain == "village" else (Column("subject_id"), Column("subject_name"))
    where = (Column("town_name", rises=1), Column("unit_code"), Column("unit_name", rises=0))
    judged = (
        Column("on_date", read_day),
        state_column(key),
        Column("counted", yes_no),
        Column("hit", yes_no),
    )
    return (*who, *where, *judged, *own_columns(key))


def _belongs(frame: pd.DataFrame, part: str) -> pd.Series[bool]:
    counted, hit = frame["counted"].astype(bool), frame["hit"].fillna(value=False).astype(bool)
    return {"numerator": counted & hit, "denominator": counted, "beside": ~counted}[part]
