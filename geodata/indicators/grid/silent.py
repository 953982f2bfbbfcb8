"""Silent: villages with subjects in business and no record within the days of the rule ÷ villages with such subjects.

A record is a visit of any kind and outcome, or a sample, at any subject of the village's roster. The as-of day is one
of the days. A village with nothing in business has nothing to record and stands beside.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.words.health_words import SilentState

INDICATOR = Indicator(
    key="silent",
    order=98,
    better="lower",
    grain="village",
    window="day",
    states=SilentState,
    extra=(
        Extra("last_record_on", kind="day"),
        Extra("subjects", kind="number"),
    ),
    rows=f"""
    WITH silent_rule AS (
        SELECT max((value #>> '{{}}')::int) AS days FROM grid.rule_on(:as_of) WHERE key = 'silent_days'
    ), roster AS (
        SELECT s.village_code, count(*) FILTER (WHERE s.status = 'active') AS subjects,
               max(greatest(w.last_on, t.last_on)) AS last_record_on
        FROM grid.roster_on(:as_of) AS s
        CROSS JOIN LATERAL (SELECT max(visited_on) AS last_on FROM grid.visit AS w
                            WHERE w.subject_id = s.subject_id AND w.visited_on <= :as_of) AS w
        CROSS JOIN LATERAL (SELECT max(sampled_on) AS last_on FROM grid.sample AS t
                            WHERE t.subject_id = s.subject_id AND t.sampled_on <= :as_of) AS t
        WHERE {of_villages("s.village_code")}
        GROUP BY s.village_code
    ), heard AS (
        SELECT v.code, coalesce(s.subjects, 0) AS subjects, s.last_record_on,
               coalesce(s.last_record_on > CAST(:as_of AS date) - r.days, false) AS is_heard
        FROM grid.unit_on(:as_of) AS v CROSS JOIN silent_rule AS r LEFT JOIN roster AS s ON s.village_code = v.code
        WHERE v.level = 'village' AND {of_villages("v.code")}
    )
    SELECT code AS row_id, CAST(NULL AS text) AS subject_id, code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN subjects = 0 THEN 'idle' WHEN is_heard THEN 'heard' ELSE 'silent' END AS state,
           subjects > 0 AS counted, subjects > 0 AND NOT is_heard AS hit, last_record_on, subjects
    FROM heard
    """,
)
