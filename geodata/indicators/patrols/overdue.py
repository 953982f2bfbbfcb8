"""Overdue: active subjects whose due date has passed ÷ active subjects; as_of > due, never on the day (domain §11.3).

A subject never patrolled falls due an interval after its entry; past that day it counts as overdue under its own
state 从未巡查. Paused subjects are listed beside the denominator with their dated reason.
"""

from geodata.due_dates import DUE, LAST_PATROL
from geodata.indicator import Extra, Indicator, of_villages
from geodata.vocabulary import DueState, Risk, SubjectStatus

INDICATOR = Indicator(
    key="overdue",
    order=30,
    better="lower",
    grain="subject",
    window="day",
    states=DueState,
    extra=(
        Extra("last_on", kind="day"),
        Extra("due_on", kind="day"),
        Extra("days_over", kind="number"),
        Extra("interval_days", kind="number"),
        Extra("basis", listed=False),
        Extra("risk", kind=Risk),
        Extra("status", kind=SubjectStatus),
    ),
    rows=f"""
    WITH anchor AS MATERIALIZED (
        SELECT s.subject_id AS anchor_id, s.subject_id, s.village_code, s.kinds, s.risk, s.status, p.last_on,
               coalesce(p.last_on, s.entry_on) AS anchor_on, CAST(:as_of AS date) AS judged_on
        FROM grid.roster_on(:as_of) AS s {LAST_PATROL}
        WHERE {of_villages("s.village_code")}
    ), {DUE}, window_rule AS (
        SELECT max((value #>> '{{}}')::int) FILTER (WHERE key = 'severe_days') AS severe,
               max((value #>> '{{}}')::int) FILTER (WHERE key = 'due_soon_days') AS soon,
               max((value #>> '{{}}')::int) FILTER (WHERE key = 'open_days') AS open
        FROM grid.rule_on(:as_of)
    )
    SELECT a.subject_id AS row_id, a.subject_id, a.village_code AS unit_code, d.due_on AS on_date,
           CASE WHEN a.status <> 'active' THEN 'paused'
                WHEN a.judged_on > d.due_on AND a.last_on IS NULL THEN 'never'
                WHEN a.judged_on - d.due_on >= w.severe THEN 'severe'
                WHEN a.judged_on > d.due_on THEN 'overdue'
                WHEN d.due_on - a.judged_on <= w.soon THEN 'due_soon'
                WHEN d.due_on - a.judged_on <= w.open THEN 'open'
                ELSE 'not_due' END AS state,
           a.status = 'active' AS counted, coalesce(a.judged_on > d.due_on, false) AS hit,
           a.last_on, d.due_on, CASE WHEN a.status = 'active' THEN greatest(a.judged_on - d.due_on, 0) END AS days_over,
           d.interval_days, d.basis, a.risk, a.status
    FROM anchor AS a LEFT JOIN due AS d ON d.anchor_id = a.anchor_id AND a.status = 'active' CROSS JOIN window_rule AS w
    """,
)
