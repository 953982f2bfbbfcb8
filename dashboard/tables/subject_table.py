"""The subjects of a unit as a list, with the due state of the day; those without coordinates are in it too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard.tables.declared_columns import own_columns, state_column, stored_column
from geodata.locale import Lang, translate
from geodata.models import RiskChange, StatusChange, Subject
from geodata.subjects.roster import subject_points
from geodata.tables.column import Column, word_reading, yes_no
from geodata.tables.table import Notes, Table, table_notes
from geodata.territory.units import unit_tree
from geodata.vocabulary import PointState

_DUE = {column.name: column for column in own_columns("overdue")}
COLUMNS = (
    stored_column(Subject.subject_id),
    stored_column(Subject.name, "subject_name"),
    stored_column(Subject.kinds),
    stored_column(Subject.sectors),
    stored_column(RiskChange.risk),
    stored_column(StatusChange.status),
    Column("town_name", rises=1),
    stored_column(Subject.village_code, "unit_code"),
    Column("unit_name", rises=0),
    state_column("overdue", "due_state"),
    *(_DUE[name] for name in ("last_on", "due_on", "days_over", "interval_days")),
    Column("failed", yes_no),
    Column("chain_broken", yes_no),
    Column("lon", numeric=True),
    Column("lat", numeric=True),
    Column("point_state", word_reading(PointState)),
)


def subject_list(db: Connection, as_of: date, within: str | None, state: str | None, lang: Lang) -> Table:
    """The roster of a day, one row per subject.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    within
        Code of the unit whose villages count; None: everywhere.
    state
        Only those in this due state; None: all.
    lang
        Language of the notes.

    Returns
    -------
    table
        ``COLUMNS``, by number of the subject; points as GeoJSON.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    return roster_table(subject_points(db, as_of, within), *roster_meaning(db, as_of, within, lang), state)


def roster_meaning(db: Connection, as_of: date, within: str | None, lang: Lang) -> tuple[pd.DataFrame, Notes]:
    """The names of every village and its town, and the notes of the roster.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    as_of
        The day, inclusive.
    within
        Code of the unit the list is of; None: the district.
    lang
        Language of the notes.

    Returns
    -------
    places
        Index code of the village; columns ``village_name town_name``.
    notes
        As ``table_notes`` gives them, with the definition of ``overdue``.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    told = table_notes(db, translate("api.title.subjects", lang), ("overdue",), as_of, within, lang)
    return unit_tree(db, as_of)[["village_name", "town_name"]], told


def roster_table(points: pd.DataFrame, places: pd.DataFrame, told: Notes, state: str | None) -> Table:
    """The list of ``geodata.subjects.roster.subject_points``, with the names of its places.

    Parameters
    ----------
    points
        Index ``subject_id``; columns as there, ``lon lat`` in degrees (EPSG:4490), NaN without a point.
    places
        Index code of the village; columns ``village_name town_name``.
    told
        The notes.
    state
        Only those in this due state; None: all.

    Returns
    -------
    table
        ``COLUMNS`` in the order of ``points``; a subject's point as GeoJSON to six places of a degree, None without
        one.
    """
    found = points.reset_index()
    found = found if state is None else found[found["due_state"] == state].reset_index(drop=True)
    frame = found.join(places, on="village_code").rename(
        columns={"village_code": "unit_code", "village_name": "unit_name", "name": "subject_name"}
    )
    shaped = tuple(_point(lon, lat) for lon, lat in zip(frame["lon"], frame["lat"], strict=True))
    return Table(COLUMNS, frame, told, shaped)


def _point(lon: float, lat: float) -> dict[str, Any] | None:
    return None if pd.isna(lon) else {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}
