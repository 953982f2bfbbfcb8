"""Indicators asked: counts per village rolled up the tree, divided once, and the very rows behind them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geodata.indicator import Indicator
from geodata.indicators import INDICATORS, get_indicator
from geodata.levels import Level
from geodata.rollup.narrowing import is_narrowed_sql
from geodata.territory.units import ancestors_at, list_units, villages_of

COUNTS = ["numerator", "denominator", "beside"]
FIRST_COLUMNS = ["row_id", "subject_id", "unit_code", "on_date", "state", "counted", "hit"]


def counts_sql(asked: Indicator, by: str = "unit_code") -> str:
    """SQL that counts an indicator's rows per village or subject.

    Parameters
    ----------
    asked
        The indicator.
    by
        ``unit_code`` or ``subject_id``; rows without one are left out.

    Returns
    -------
    sql
        SELECT of ``by`` and integers ``numerator denominator beside``, of a graded indicator also ``state``, with the
        parameters of the indicator's ``rows``.
    """
    return (
        f"SELECT {by}, count(*) FILTER (WHERE counted AND hit) AS numerator,"
        " count(*) FILTER (WHERE counted) AS denominator, count(*) FILTER (WHERE NOT counted) AS beside"
        f"{''.join(f', max({name}) FILTER (WHERE counted) AS {name}' for name in _grade(asked))}"
        f" FROM ({asked.rows}) AS r WHERE {by} IS NOT NULL AND {is_narrowed_sql('r.subject_id')} GROUP BY {by}"
    )


def village_counts(db: Connection, key: str, as_of: date, within: str | None = None) -> pd.DataFrame:
    """Counts of one indicator per village that has any row.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    as_of
        The day, inclusive. The days looked at end on it.
    within
        Code of the unit whose villages count; None: everywhere.

    Returns
    -------
    counts
        Index ``unit_code``, only villages with any row; ``numerator denominator beside`` int, and of a graded indicator
        ``state``.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    asked = get_indicator(key)
    found = _ask(db, asked, counts_sql(asked), as_of, within)
    frame = pd.DataFrame(found, columns=["unit_code", *COUNTS, *_grade(asked)]).set_index("unit_code")
    return frame.astype(dict.fromkeys(COUNTS, "int64"))


def count_indicator(db: Connection, key: str, level: Level, as_of: date, within: str | None = None) -> pd.DataFrame:
    """One indicator for every unit of a level in force on a day.

    Numbers of units above the lowest are sums of those below, divided once.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    level
        A level of units.
    as_of
        The day, inclusive. Its tree sums the villages up.
    within
        Code of the unit whose villages count; None: everywhere.

    Returns
    -------
    units
        Index ``unit_code``, ascending, every unit in force; columns ``name kind parent_code`` text, ``numerator
        denominator beside`` int, ``rate`` from 0 to 1 or NaN for 0/0; at the lowest level also ``state`` of a graded
        indicator. ``attrs["unplaced"]`` counts the rows whose village is not in that day's tree: they are in no unit's
        number, and the caller says so.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    return sum_counts(db, village_counts(db, key, as_of, within), level, as_of, within)


def sum_counts(
    db: Connection, counted: pd.DataFrame, level: Level, as_of: date, within: str | None = None
) -> pd.DataFrame:
    """Counts of villages summed up to every unit of a level in force on a day.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    counted
        As ``village_counts`` gives them.
    level, as_of, within
        As for ``count_indicator``.

    Returns
    -------
    units
        As ``count_indicator`` gives them.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    frame = list_units(db, level, as_of, within).drop(columns=["schematic", "has_geom"])
    above = ancestors_at(db, level, as_of)
    placed = counted.join(above.rename("code"), how="inner")
    summed = placed.groupby("code")[COUNTS].sum()
    frame[COUNTS] = summed.reindex(frame.index).fillna(0).astype("int64")
    frame["rate"] = _divided(frame["numerator"], frame["denominator"])
    if level is Level.VILLAGE and "state" in counted:
        frame["state"] = counted["state"].reindex(frame.index)
    frame.index.name = "unit_code"
    frame.attrs["unplaced"] = int(
        counted.loc[~counted.index.isin(above.index), ["denominator", "beside"]].to_numpy().sum()
    )
    return frame


def measure_subjects(db: Connection, key: str, as_of: date, within: str | None = None) -> pd.DataFrame:
    """One indicator per subject.

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

    Returns
    -------
    subjects
        Index ``subject_id``, ascending, only subjects with any row; columns ``numerator denominator beside`` int,
        ``unit_code`` (the village of that day), ``rate`` from 0 to 1 or NaN for 0/0.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    asked = get_indicator(key)
    counts = counts_sql(asked, "subject_id")
    village = "grid.village_on(s.subject_id, s.village_code, :as_of)"
    sql = f"SELECT c.*, {village} AS unit_code FROM ({counts}) AS c JOIN grid.subject AS s USING (subject_id)"
    found = _ask(db, asked, sql, as_of, within)
    frame = pd.DataFrame(found, columns=["subject_id", *COUNTS, "unit_code"]).set_index("subject_id").sort_index()
    frame["rate"] = _divided(frame["numerator"], frame["denominator"])
    return frame


def headline_counts(db: Connection, as_of: date, within: str | None = None) -> pd.DataFrame:
    """Every indicator for one unit.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    within
        Code of the unit whose villages count; None: everywhere.

    Returns
    -------
    indicators
        Index ``key``, in the order of the indicators; columns ``numerator denominator beside`` int, ``rate`` from 0 to
        1 or NaN for 0/0.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    sums = {key: village_counts(db, key, as_of, within)[COUNTS].sum() for key in INDICATORS}
    frame = pd.DataFrame.from_dict(sums, orient="index", columns=COUNTS).astype("int64")
    frame.index.name = "key"
    frame["rate"] = _divided(frame["numerator"], frame["denominator"])
    return frame


def state_counts(db: Connection, key: str, as_of: date, within: str | None = None) -> dict[str, int]:
    """Rows of an indicator per state.

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

    Returns
    -------
    rows
        Per value of the indicator's states, every one present, 0 when none; rows beside the denominator included.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    asked = get_indicator(key)
    sql = f"SELECT state, count(*) AS n FROM ({asked.rows}) AS r WHERE {is_narrowed_sql('r.subject_id')} GROUP BY state"
    found = _ask(db, asked, sql, as_of, within)
    seen = {row["state"]: row["n"] for row in found}
    return {state.value: seen.get(state.value, 0) for state in asked.states}


def plain_rows(db: Connection, key: str, as_of: date, within: str | None = None) -> pd.DataFrame:
    """The rows that were counted or stand beside, without any names.

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

    Returns
    -------
    rows
        Plain index, in no order; columns ``row_id subject_id unit_code on_date state counted hit`` and the indicator's
        own.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    asked = get_indicator(key)
    sql = f"SELECT * FROM ({asked.rows}) AS r WHERE {is_narrowed_sql('r.subject_id')}"
    found = _ask(db, asked, sql, as_of, within)
    return _whole(pd.DataFrame(found, columns=[*FIRST_COLUMNS, *asked.extra_names]), asked)


def list_counted_rows(
    db: Connection, key: str, as_of: date, within: str | None = None, state: str | None = None
) -> pd.DataFrame:
    """The rows that were counted or stand beside, with names.

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

    Returns
    -------
    rows
        Plain index, ordered by town, village, subject, row; columns ``row_id subject_id subject_name unit_code
        unit_name town_code town_name on_date state counted hit`` and the indicator's own.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    asked = get_indicator(key)
    found = _ask(db, asked, _named(asked), as_of, within)
    columns = ["row_id", "subject_id", "subject_name", "unit_code", "unit_name", "town_code", "town_name"]
    frame = _whole(pd.DataFrame(found, columns=[*columns, *FIRST_COLUMNS[3:], *asked.extra_names]), asked)
    return frame if state is None else frame[frame["state"] == state].reset_index(drop=True)


def _ask(db: Connection, asked: Indicator, sql: str, as_of: date, within: str | None) -> list[dict[str, Any]]:
    """The rows of a statement made of an indicator's ``rows``, as of a day, of the villages of a unit."""
    days = asked.period_on(db, as_of)
    given = {"as_of": as_of, "start": days.start, "end": days.end, "villages": villages_of(db, within, as_of)}
    return [dict(row) for row in db.execute(text(sql), given).mappings()]


def _whole(frame: pd.DataFrame, asked: Indicator) -> pd.DataFrame:
    """Whole numbers stay Python's own where some are missing: pandas would make 180 days 180.0."""
    for name in (each.name for each in asked.extra if each.kind == "number"):
        column = frame[name]
        if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
            plain = [None if pd.isna(value) else int(value) for value in column]
            frame[name] = pd.Series(plain, index=frame.index, dtype=object)
    return frame


def _grade(asked: Indicator) -> list[str]:
    """The column that says a village's grade, where an indicator has grades."""
    return ["state"] if asked.graded else []


def _divided(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """The one division: rates exist only here, after the roll-up; 0/0 is NaN."""
    return numerator / denominator.where(denominator > 0)


def _named(asked: Indicator) -> str:
    return f"""
    SELECT r.*, s.name AS subject_name, v.name AS unit_name, t.code AS town_code, t.name AS town_name
    FROM ({asked.rows}) AS r
    LEFT JOIN grid.subject AS s ON s.subject_id = r.subject_id
    LEFT JOIN grid.unit_on(:as_of) AS v ON v.code = r.unit_code
    LEFT JOIN grid.unit_on(:as_of) AS t ON t.code = v.parent_code
    WHERE {is_narrowed_sql("r.subject_id")}
    ORDER BY t.code, r.unit_code, r.subject_id, r.row_id
    """
