"""On time: patrols that fell due in the window and were done by their due date ÷ patrols that fell due (domain §11.2).

Each completed patrol (or the entry) starts a clock; the clock ends with the next completed patrol. A due date on the
as-of day with nothing done yet is still open and not judged. A subject that was not active on its due date is not due.
"""

from geodata.due_dates import DUE
from geodata.indicator import Extra, Indicator, of_villages
from geodata.vocabulary import OnTimeState

INDICATOR = Indicator(
    key="on_time",
    order=20,
    better="higher",
    grain="due",
    window="coverage",
    states=OnTimeState,
    extra=(
        Extra("last_on", kind="day"),
        Extra("due_on", kind="day"),
        Extra("done_on", kind="day"),
        Extra("interval_days", kind="number"),
        Extra("basis", listed=False),
    ),
    rows=f"""
    WITH place AS MATERIALIZED (
        SELECT s.subject_id, coalesce(f.village_code, s.village_code) AS village_code, s.kinds, s.entry_on
        FROM grid.subject AS s
        LEFT JOIN grid.former_village AS f ON f.subject_id = s.subject_id AND f.valid @> CAST(:as_of AS date)
    ), started AS (
        SELECT s.subject_id, s.village_code, s.kinds, s.entry_on AS anchor_on FROM place AS s
        WHERE s.entry_on <= :as_of AND {of_villages("s.village_code")}
        UNION
        SELECT s.subject_id, s.village_code, s.kinds, v.visited_on
        FROM grid.visit AS v JOIN place AS s USING (subject_id)
        WHERE v.kind = 'patrol' AND v.outcome = 'completed' AND v.visited_on <= :as_of
          AND {of_villages("s.village_code")}
    ), clock AS (
        SELECT *, lead(anchor_on) OVER (PARTITION BY subject_id ORDER BY anchor_on) AS done_on FROM started
    ), anchor AS MATERIALIZED (
        SELECT subject_id || '@' || anchor_on AS anchor_id, *, coalesce(done_on, :as_of) AS judged_on
        FROM clock WHERE coalesce(done_on, :as_of) >= :start
    ), {DUE}
    SELECT a.anchor_id AS row_id, a.subject_id, a.village_code AS unit_code, d.due_on AS on_date,
           CASE WHEN a.done_on <= d.due_on THEN 'on_time' WHEN a.done_on IS NULL THEN 'missed' ELSE 'late' END AS state,
           true AS counted, coalesce(a.done_on <= d.due_on, false) AS hit,
           a.anchor_on AS last_on, d.due_on, a.done_on, d.interval_days, d.basis
    FROM anchor AS a JOIN due AS d USING (anchor_id)
    LEFT JOIN LATERAL (SELECT status FROM grid.subject_status AS c
                       WHERE c.subject_id = a.subject_id AND c.from_on <= d.due_on
                       ORDER BY c.from_on DESC LIMIT 1) AS t ON true
    WHERE d.due_on BETWEEN :start AND :end AND (d.due_on < :as_of OR a.done_on IS NOT NULL)
      AND coalesce(t.status, 'active') = 'active'
    """,
)
