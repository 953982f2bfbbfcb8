"""Chain complete: subjects on the roster with a named person in all four tiers that day ÷ the roster (domain §11.7).

At which level a tier stands is ``grid.role_level``; which roles name it is the dated rule ``chain_roles``; an
acting holder with a post of that role is a named person.
A gap is shown, never filled from above.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.levels import Level
from geodata.vocabulary import ChainState

# Gaps are found once per lowest unit, of which there are few, and not once per subject. IN over a small set is a hashed
# look-up whatever the planner believes of the set's size.
GAPS = f"""
named AS MATERIALIZED (
    SELECT DISTINCT r.scope AS tier, coalesce(p.unit_code, p.subject_id) AS code
    FROM grid.rule_on(:as_of) AS r CROSS JOIN jsonb_array_elements_text(r.value) AS naming(role)
    JOIN grid.post_on(:as_of) AS p ON p.role = naming.role
    WHERE r.key = 'chain_roles'
), place AS MATERIALIZED (
    SELECT village, level, code FROM grid.ancestor_on(:as_of)
), gap AS MATERIALIZED (
    SELECT village, array_agg(level ORDER BY rank) AS missing FROM (
        SELECT DISTINCT v.village_code AS village, t.level, t.rank
        FROM (SELECT DISTINCT s.village_code FROM grid.roster_on(:as_of) AS s
              WHERE {of_villages("s.village_code")}) AS v
        JOIN grid.tier_on(:as_of) AS t ON t.level <> 'subject'
        LEFT JOIN place AS a ON a.village = v.village_code AND a.level = t.level
        WHERE NOT EXISTS (SELECT FROM named AS n WHERE n.tier = t.tier AND n.code = a.code)
    ) AS each GROUP BY village
)
"""


INDICATOR = Indicator(
    key="chain_complete",
    order=80,
    better="higher",
    grain="subject",
    window="day",
    states=ChainState,
    extra=(Extra("missing", kind=Level, many=True),),
    rows=f"""
    WITH {GAPS}, link AS (
        SELECT s.subject_id, s.village_code,
               coalesce(g.missing, '{{}}')
               || CASE WHEN s.subject_id IN (SELECT code FROM named WHERE tier = 'responsible') THEN '{{}}'::text[]
                       ELSE '{{subject}}'::text[] END AS missing
        FROM grid.roster_on(:as_of) AS s LEFT JOIN gap AS g ON g.village = s.village_code
        WHERE {of_villages("s.village_code")}
    )
    SELECT subject_id AS row_id, subject_id, village_code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN cardinality(missing) = 0 THEN 'complete' ELSE 'broken' END AS state,
           true AS counted, cardinality(missing) = 0 AS hit, missing
    FROM link
    """,
)
