"""Untrained: villages with an assistant who passed no training in the calendar year so far ÷ those with an assistant.

Trainings count as in the chain of responsibility: passed, in the calendar year of the day, by the day (domain §1, g2).
A village without an assistant stands beside.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.indicators.grid._village_assistants import ASSISTANTS
from geodata.words.health_words import TrainingState

INDICATOR = Indicator(
    key="untrained",
    order=96,
    better="lower",
    grain="village",
    window="day",
    states=TrainingState,
    extra=(
        Extra("assistants", kind="number"),
        Extra("untrained_people", kind="number"),
    ),
    rows=f"""
    WITH {ASSISTANTS}, learnt AS MATERIALIZED (
        SELECT DISTINCT person_no FROM grid.training
        WHERE passed AND trained_on BETWEEN date_trunc('year', CAST(:as_of AS date))::date AND :as_of
    ), counted AS (
        SELECT h.village, count(*) AS assistants, count(*) FILTER (WHERE l.person_no IS NULL) AS untrained_people
        FROM assistant AS h LEFT JOIN learnt AS l USING (person_no) GROUP BY h.village
    )
    SELECT v.code AS row_id, CAST(NULL AS text) AS subject_id, v.code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN c.village IS NULL THEN 'unassisted' WHEN c.untrained_people > 0 THEN 'untrained'
                ELSE 'trained' END AS state,
           c.village IS NOT NULL AS counted, coalesce(c.untrained_people > 0, false) AS hit,
           coalesce(c.assistants, 0) AS assistants, coalesce(c.untrained_people, 0) AS untrained_people
    FROM grid.unit_on(:as_of) AS v LEFT JOIN counted AS c ON c.village = v.code
    WHERE v.level = 'village' AND {of_villages("v.code")}
    """,
)
