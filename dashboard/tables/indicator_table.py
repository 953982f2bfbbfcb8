"""Indicators of units as lists: long for reading and reckoning, wide with boundaries for a map program."""

from __future__ import annotations

import json
from datetime import date
from math import ceil, floor
from typing import Any

import pandas as pd
from shapely import to_geojson
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geodata.levels import Level
from geodata.locale import Lang, translate
from geodata.rollup.indicator_counts import count_indicator, measure_subjects
from geodata.rollup.rates import wilson_interval
from geodata.subjects.roster import subject_points
from geodata.tables.column import Column, word_reading, yes_no
from geodata.tables.table import Table, table_notes
from geodata.territory.units import list_units, unit_shapes
from geodata.vocabulary import UnitKind
from layers.number_format import FEW

_COUNTS = ("numerator", "denominator", "beside")
_LONG = (
    Column("unit_code"),
    Column("name"),
    Column("indicator"),
    Column("label"),
    *(Column(name, numeric=True) for name in (*_COUNTS, "rate_pct", "low_pct", "high_pct")),
)

_UNIT = (
    Column("unit_code"),
    Column("name"),
    Column("kind", word_reading(UnitKind)),
    Column("parent_code"),
    Column("schematic", yes_no),
)


def indicator_list(
    db: Connection, keys: tuple[str, ...], level: Level, as_of: date, within: str | None, lang: Lang
) -> Table:
    """One row per indicator and unit of ``level`` (or subject): counts, rate truncated to 0.1 %, interval when few.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    keys
        Keys of the indicators, at least one.
    level
        The level compared; the subject's gives a row per subject.
    as_of
        The day, inclusive.
    within
        Code of the unit whose places are listed; None: everywhere.
    lang
        Language of labels and notes.

    Returns
    -------
    table
        Columns ``unit_code`` (a subject's number where subjects are listed) and ``name indicator label numerator
        denominator beside rate_pct low_pct high_pct``; percent, None without a denominator, the interval (Wilson) where
        fewer than ``FEW`` were counted (domain §11.4).

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has a key.
    """
    parts = {key: counted_places(db, key, level, as_of, within) for key in keys}
    labelled = [
        part.assign(indicator=key, label=translate(f"indicator.{key}.label", lang))
        .rename_axis("unit_code")
        .reset_index()
        for key, part in parts.items()
    ]
    frame = pd.concat([_rated(part) for part in labelled], ignore_index=True)
    unplaced = max(int(part.attrs.get("unplaced", 0)) for part in parts.values())
    return Table(
        _LONG, frame, table_notes(db, translate("api.title.indicators", lang), keys, as_of, within, lang, unplaced)
    )


def indicator_map(
    db: Connection, keys: tuple[str, ...], level: Level, as_of: date, within: str | None, lang: Lang
) -> Table:
    """One row per unit with every indicator's counts side by side (``overdue_numerator`` …) and its boundary.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    keys
        Keys of the indicators.
    level
        District, town or village.
    as_of
        The day, inclusive.
    within
        Code of the unit whose places are listed; None: everywhere.
    lang
        Language of labels and notes.

    Returns
    -------
    table
        Columns as ``map_columns`` says, rates from 0 to 1; shapes as GeoJSON in EPSG:4490 degrees, None where there is
        no boundary.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has a key.
    """
    frame = list_units(db, level, as_of, within)[["name", "kind", "parent_code", "schematic"]]
    unplaced = 0
    for key in keys:
        part = count_indicator(db, key, level, as_of, within)
        unplaced = max(unplaced, int(part.attrs.get("unplaced", 0)))
        frame = frame.join(part[[*_COUNTS, "rate"]].add_prefix(f"{key}_"))
    drawn = unit_shapes(db, level, as_of, within).set_index("code").geometry
    shaped = tuple(_geometry(drawn.get(code)) for code in frame.index)
    told = table_notes(db, translate("api.title.indicators", lang), keys, as_of, within, lang, unplaced)
    return Table(map_columns(keys), frame.rename_axis("unit_code").reset_index(), told, shaped)


def map_columns(keys: tuple[str, ...]) -> tuple[Column, ...]:
    """What is told of a unit, then the counts and the rate of every indicator.

    Parameters
    ----------
    keys
        Keys of the indicators, in the order of their columns.

    Returns
    -------
    columns
        ``unit_code name kind parent_code schematic``, then ``<key>_numerator _denominator _beside _rate`` of each.
    """
    counts = (Column(f"{key}_{part}", numeric=True, of=key) for key in keys for part in (*_COUNTS, "rate"))
    return (*_UNIT, *counts)


def counted_places(db: Connection, key: str, level: Level, as_of: date, within: str | None) -> pd.DataFrame:
    """One indicator of every unit of a level, or of every subject.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    key
        Key of the indicator.
    level
        The level; the subject's gives a row per subject with any row.
    as_of
        The day, inclusive.
    within
        Code of the unit whose places count; None: everywhere.

    Returns
    -------
    places
        Index the code of the unit or the number of the subject; columns ``name numerator denominator beside`` and
        others.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or no indicator has that key.
    """
    if level is not Level.SUBJECT:
        return count_indicator(db, key, level, as_of, within)
    names = subject_points(db, as_of, within)["name"]
    return measure_subjects(db, key, as_of, within).drop(columns="unit_code").join(names)


def _rated(frame: pd.DataFrame) -> pd.DataFrame:
    """With the columns ``rate_pct low_pct high_pct``: percent as people may see it (domain §11.4)."""
    pairs = [(int(n), int(whole)) for n, whole in zip(frame["numerator"], frame["denominator"], strict=True)]
    bounds = [wilson_interval(n, whole) if 0 < whole < FEW else None for n, whole in pairs]
    return frame.assign(
        rate_pct=[n * 1000 // whole / 10 if whole else None for n, whole in pairs],
        low_pct=[floor(bound[0] * 1000) / 10 if bound else None for bound in bounds],
        high_pct=[ceil(bound[1] * 1000) / 10 if bound else None for bound in bounds],
    )


def _geometry(shape: BaseGeometry | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None if shape is None else json.loads(to_geojson(shape))
    return found
