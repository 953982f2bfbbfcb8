"""Indicators of units on two days, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from dashboard.tables.indicator_table import counted_places, indicator_list
from geodata.levels import Level
from geodata.locale import Lang, translate
from geodata.tables.column import Column
from geodata.tables.table import Table
from layers.changes import risen_points
from layers.number_format import truncate_points

_BEFORE = tuple(Column(name, numeric=True) for name in ("numerator_before", "denominator_before", "change_points"))


def compared_list(
    db: Connection, keys: tuple[str, ...], level: Level, days: tuple[date, date], within: str | None, lang: Lang
) -> Table:
    """``indicator_list`` of the later day with the counts of the earlier one, and by how much the rate rose.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    keys
        Keys of the indicators, at least one.
    level
        The level compared; the subject's gives a row per subject.
    days
        The earlier and the later day, inclusive; each is counted by its own data, rules and tree.
    within
        Code of the unit whose places of the later day are listed; None: everywhere.
    lang
        Language of labels and notes.

    Returns
    -------
    table
        Columns of ``indicator_list``, then ``numerator_before denominator_before`` (None where the place was not there)
        and ``change_points``, percentage points truncated towards zero to 0.1, None where one day has nothing to count.

    Raises
    ------
    NotFound
        ``within`` was not in force on the later day, or no indicator has a key.
    """
    since, as_of = days
    table = indicator_list(db, keys, level, as_of, within, lang)
    old = {key: counted_places(db, key, level, since, None)[["numerator", "denominator"]] for key in keys}
    known = {key: frame.to_dict("index") for key, frame in old.items()}
    pairs = zip(table.frame["indicator"], table.frame["unit_code"], strict=True)
    before = [known[key].get(code, {}) for key, code in pairs]
    # whole numbers stay whole where some are missing: pandas would make 3 a 3.0
    told = {
        f"{name}_before": pd.Series([row.get(name) for row in before], index=table.frame.index, dtype=object)
        for name in ("numerator", "denominator")
    }
    now = zip(table.frame["numerator"], table.frame["denominator"], strict=True)
    points = [
        _points(row.get("numerator"), row.get("denominator"), *pair) for row, pair in zip(before, now, strict=True)
    ]
    title = translate("api.between", lang, what=table.notes.title, before=since.isoformat(), now=as_of.isoformat())
    frame = table.frame.assign(**told, change_points=points)
    return replace(table, columns=(*table.columns, *_BEFORE), frame=frame, notes=replace(table.notes, title=title))


def _points(was: int | None, of: int | None, part: int, whole: int) -> float | None:
    rise = risen_points((int(was or 0), int(of or 0)), (int(part), int(whole)))
    return None if rise is None else truncate_points(rise)
