"""Subjects as of a day: points for the map, the card of one, and its timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.indicator import of_villages
from geodata.rollup.indicator_counts import plain_rows
from geodata.rollup.narrowing import is_narrowed_sql
from geodata.territory.units import villages_of

_POINTS = f"""
SELECT s.subject_id, s.name, s.village_code, ST_X(s.point) AS lon, ST_Y(s.point) AS lat, s.kinds, s.sectors, s.risk,
       s.status
FROM grid.roster_on(:as_of) AS s WHERE {of_villages("s.village_code")} AND {is_narrowed_sql("s.subject_id")}
ORDER BY s.subject_id
"""
_COUNT = f"""
SELECT count(*) FROM grid.roster_on(:as_of) AS s
WHERE {of_villages("s.village_code")} AND {is_narrowed_sql("s.subject_id")}
"""
_CARD = """
SELECT s.subject_id, s.name, grid.village_on(s.subject_id, s.village_code, :as_of) AS village_code,
       s.kinds, s.sectors, s.products, s.address, s.office_phone, s.uscc,
       s.id_tail,
       s.entry_on, s.commitment_on, s.platform_on, ST_X(s.point) AS lon, ST_Y(s.point) AS lat, s.source_datum AS datum,
       coalesce(t.status, 'active') AS status, t.from_on AS status_from, t.reason AS status_reason,
       r.risk, r.from_on AS risk_from
FROM grid.subject AS s
LEFT JOIN LATERAL (SELECT * FROM grid.subject_status AS c WHERE c.subject_id = s.subject_id AND c.from_on <= :as_of
                   ORDER BY c.from_on DESC LIMIT 1) AS t ON true
LEFT JOIN LATERAL (SELECT * FROM grid.subject_risk AS c WHERE c.subject_id = s.subject_id AND c.from_on <= :as_of
                   ORDER BY c.from_on DESC LIMIT 1) AS r ON true
WHERE s.subject_id = :id AND s.entry_on <= :as_of
"""
DUE_COLUMNS = ["due_state", "last_on", "due_on", "days_over", "interval_days", "basis"]


@dataclass(frozen=True)
class SubjectCard:
    """One subject on a day; ``due`` is its row of the indicator overdue (None when it had left the roster)."""

    subject_id: str
    name: str
    village_code: str
    kinds: list[str]
    sectors: list[str]
    products: str | None
    address: str | None
    office_phone: str | None
    uscc: str | None
    id_tail: str | None
    entry_on: date
    commitment_on: date | None
    platform_on: date | None
    lon: float | None
    lat: float | None
    datum: str | None
    status: str
    status_from: date | None
    status_reason: str | None
    risk: str | None
    risk_from: date | None
    due: dict[str, Any] | None = field(default=None)


def count_subjects(db: Connection, as_of: date, within: str | None = None) -> int:
    """How many subjects ``subject_points`` gives.

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
    count
        0 when there are none.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    given = {"as_of": as_of, "villages": villages_of(db, within, as_of)}
    return int(db.execute(text(_COUNT), given).scalar_one())


def subject_points(db: Connection, as_of: date, within: str | None = None) -> pd.DataFrame:
    """The roster of a day, one row per subject; all verdicts are the indicators' own rows.

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
    subjects
        Index ``subject_id``, ascending, subjects without coordinates included; columns ``name village_code``, ``lon
        lat`` (degrees, EPSG:4490, NaN without a point), ``kinds sectors risk status due_state last_on due_on days_over
        interval_days basis covered_state``, ``failed failed_counted chain_broken`` bool, ``point_state``. ``failed``:
        a quantitative sample of the test period, of any purpose, stands unqualified; ``failed_counted``: one of those
        the indicator ``quantitative_pass`` counts.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    villages = villages_of(db, within, as_of)
    points = pd.read_sql(text(_POINTS), db, params={"as_of": as_of, "villages": villages}).set_index("subject_id")
    due = plain_rows(db, "overdue", as_of, within).set_index("subject_id").rename(columns={"state": "due_state"})
    covered = plain_rows(db, "patrol_coverage", as_of, within).set_index("subject_id")
    points = points.join(due[DUE_COLUMNS]).join(covered["state"].rename("covered_state"))
    counted = plain_rows(db, "quantitative_pass", as_of, within)
    points["failed_counted"] = points.index.isin(counted.loc[counted["state"] == "unqualified", "subject_id"])
    tests = pd.concat([counted, plain_rows(db, "supervision_pass", as_of, within)])
    points["failed"] = points.index.isin(tests.loc[tests["state"] == "unqualified", "subject_id"])
    chains = plain_rows(db, "chain_complete", as_of, within)
    points["chain_broken"] = points.index.isin(chains.loc[chains["state"] == "broken", "subject_id"])
    places = plain_rows(db, "unlocated", as_of, within).set_index("subject_id")
    return points.join(places["state"].rename("point_state"))


def get_subject(db: Connection, subject_id: str, as_of: date) -> SubjectCard:
    """The card of one subject on a day; subjects that have left still have one.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    subject_id
        The subject's number.
    as_of
        The day, inclusive.

    Returns
    -------
    card
        ``lon lat`` in degrees of EPSG:4490, None without a point; ``due`` None when it had left the roster by then.

    Raises
    ------
    NotFound
        It was not yet on the roster, or lies outside the own area.
    """
    row = db.execute(text(_CARD), {"id": subject_id, "as_of": as_of}).mappings().one_or_none()
    if row is None:
        raise NotFound("error.subject_unknown", subject_id=subject_id, as_of=as_of)
    rows = plain_rows(db, "overdue", as_of, row["village_code"])
    mine = rows[rows["subject_id"] == subject_id]
    return SubjectCard(**row, due=None if mine.empty else {str(name): value for name, value in mine.iloc[0].items()})
