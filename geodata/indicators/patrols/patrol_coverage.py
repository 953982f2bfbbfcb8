"""Patrol coverage: active subjects with a completed patrol in the window ÷ active subjects (domain §11.1)."""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.vocabulary import VisitState

INDICATOR = Indicator(
    key="patrol_coverage",
    order=10,
    better="higher",
    grain="subject",
    window="coverage",
    states=VisitState,
    extra=(
        Extra("last_on", kind="day"),
        Extra("visits", kind="number"),
    ),
    rows=f"""
    SELECT s.subject_id AS row_id, s.subject_id, s.village_code AS unit_code, p.last_on AS on_date,
           CASE WHEN s.status <> 'active' THEN 'paused' WHEN p.visits > 0 THEN 'visited' ELSE 'not_visited'
                END AS state,
           s.status = 'active' AS counted, p.visits > 0 AS hit, p.last_on, p.visits
    FROM grid.roster_on(:as_of) AS s
    LEFT JOIN LATERAL (
        SELECT count(*) AS visits, max(visited_on) AS last_on FROM grid.visit AS v
        WHERE v.subject_id = s.subject_id AND v.kind = 'patrol' AND v.outcome = 'completed'
          AND v.visited_on BETWEEN :start AND :end
    ) AS p ON true
    WHERE {of_villages("s.village_code")}
    """,
)
