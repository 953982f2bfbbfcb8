"""Overloaded: villages with more subjects in business per assistant than the rule allows ÷ those with an assistant.

A village without an assistant is vacant, which ``posts_filled`` counts: it stands beside. Exactly as many as the rule
says is not too many; compared as a product, so that nothing is rounded.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.indicators.grid._village_assistants import ASSISTANTS
from geodata.words.health_words import LoadState

INDICATOR = Indicator(
    key="overloaded",
    order=94,
    better="lower",
    grain="village",
    window="day",
    states=LoadState,
    extra=(
        Extra("subjects", kind="number"),
        Extra("assistants", kind="number"),
        Extra("most_each", kind="number"),
    ),
    rows=f"""
    WITH {ASSISTANTS}, load_rule AS (
        SELECT max((value #>> '{{}}')::int) AS most FROM grid.rule_on(:as_of) WHERE key = 'overload_subjects'
    ), load AS (
        SELECT v.code, r.most,
               (SELECT count(*) FROM assistant AS h WHERE h.village = v.code) AS assistants,
               coalesce(b.subjects, 0) AS subjects
        FROM grid.unit_on(:as_of) AS v CROSS JOIN load_rule AS r
        LEFT JOIN (SELECT village_code, count(*) AS subjects FROM grid.roster_on(:as_of)
                   WHERE status = 'active' GROUP BY village_code) AS b ON b.village_code = v.code
        WHERE v.level = 'village' AND {of_villages("v.code")}
    )
    SELECT code AS row_id, CAST(NULL AS text) AS subject_id, code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN assistants = 0 THEN 'unassisted' WHEN subjects > most * assistants THEN 'overloaded'
                ELSE 'bearable' END AS state,
           assistants > 0 AS counted, assistants > 0 AND coalesce(subjects > most * assistants, false) AS hit,
           subjects, assistants, most AS most_each
    FROM load
    """,
)
