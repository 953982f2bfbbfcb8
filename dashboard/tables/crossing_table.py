"""What changed between two days as a list: who came into a number, and who left it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dashboard.tables.declared_columns import state_column
from geodata.indicators import get_indicator
from geodata.locale import Lang, translate
from geodata.rollup.crossings import list_crossings
from geodata.tables.column import Column, read_day, word_reading
from geodata.tables.table import Table, table_notes
from geodata.words.change_words import Crossing


def crossing_list(db: Connection, key: str, since: date, as_of: date, within: str | None, lang: Lang) -> Table:
    """The rows that entered or left an indicator's numerator.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    since, as_of
        The two days, inclusive, the earlier first.
    within
        Code of the unit whose villages count; None: everywhere.
    lang
        Language of the notes.

    Returns
    -------
    table
        Columns as :func:`crossing_columns` says.

    Raises
    ------
    NotFound
        ``within`` was not in force on one of the days, or no indicator has that key.
    """
    label = translate(f"indicator.{key}.label", lang)
    title = translate("api.between", lang, what=label, before=since.isoformat(), now=as_of.isoformat())
    notes = table_notes(db, title, (key,), as_of, within, lang)
    return Table(crossing_columns(key), list_crossings(db, key, since, as_of, within), notes)


def crossing_columns(key: str) -> tuple[Column, ...]:
    """Whether it entered or left, who and where, and the state and its day on both days.

    Parameters
    ----------
    key
        Key of the indicator.

    Returns
    -------
    columns
        In this order; without the subject where a village is a row.

    Raises
    ------
    NotFound
        No indicator has that key.
    """
    who = () if get_indicator(key).grain == "village" else (Column("subject_id"), Column("subject_name"))
    return (
        Column("crossing", word_reading(Crossing)),
        *who,
        Column("town_name", rises=1),
        Column("unit_code"),
        Column("unit_name", rises=0),
        state_column(key, "state_before"),
        Column("on_date_before", read_day),
        state_column(key),
        Column("on_date", read_day),
    )
