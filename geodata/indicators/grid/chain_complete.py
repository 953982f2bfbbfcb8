"""Chain complete: subjects on the roster with a named person at all four levels that day ÷ the roster (domain §11.7).

Which roles name a level is the dated rule ``chain_roles``; an acting holder with a post of that role is a named person.
A gap is shown, never filled from above.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.vocabulary import ChainState, Level

# IN over a small set is a hashed look-up whatever the planner believes of the set's size
NAMED = """
named AS MATERIALIZED (
    SELECT DISTINCT r.scope AS level, coalesce(p.unit_code, p.subject_id) AS code
    FROM grid.rule_on(:as_of) AS r CROSS JOIN jsonb_array_elements_text(r.value) AS naming(role)
    JOIN grid.post_on(:as_of) AS p ON p.role = naming.role
    WHERE r.key = 'chain_roles'
)
"""


def _gap(level: str, code: str) -> str:
    """SQL: the level's name when nobody named stands at ``code``, else NULL."""
    return f"CASE WHEN ({code} IN (SELECT code FROM named WHERE level = '{level}')) IS NOT TRUE THEN '{level}' END"


INDICATOR = Indicator(
    key="chain_complete",
    order=80,
    better="higher",
    grain="subject",
    window="day",
    states=ChainState,
    extra=(Extra("missing", kind=Level, many=True),),
    rows=f"""
    WITH {NAMED}, link AS (
        SELECT s.subject_id, s.village_code,
               array_remove(ARRAY[{_gap("district", "town.parent_code")}, {_gap("town", "town.code")},
                                  {_gap("village", "village.code")},
                                  {_gap("subject", "s.subject_id")}], NULL) AS missing
        FROM grid.roster_on(:as_of) AS s
        LEFT JOIN grid.unit_on(:as_of) AS village ON village.code = s.village_code
        LEFT JOIN grid.unit_on(:as_of) AS town ON town.code = village.parent_code
        WHERE {of_villages("s.village_code")}
    )
    SELECT subject_id AS row_id, subject_id, village_code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN cardinality(missing) = 0 THEN 'complete' ELSE 'broken' END AS state,
           true AS counted, cardinality(missing) = 0 AS hit, missing
    FROM link
    """,
)
