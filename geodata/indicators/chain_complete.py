"""Chain complete: subjects on the roster with a named person at all four levels that day ÷ the roster (domain §11.7).

Which roles name a level is the dated rule ``chain_roles``; an acting holder with a post of that role is a named person.
A gap is shown, never filled from above.
"""

from geodata.indicators.due import of_villages
from geodata.indicators.indicator import Indicator
from geodata.vocabulary import ChainState

NAMED = """
named AS MATERIALIZED (
    SELECT DISTINCT p.place, r.scope AS level FROM grid.post_on(:as_of) AS p
    JOIN grid.rule_on(:as_of) AS r ON r.key = 'chain_roles' AND r.value ? p.role
)
"""

INDICATOR = Indicator(
    key="chain_complete",
    order=80,
    better="higher",
    grain="subject",
    window="day",
    states=ChainState,
    extra=("missing",),
    rows=f"""
    WITH {NAMED}, link AS (
        SELECT s.subject_id, s.village_code,
               array_remove(ARRAY[
                   CASE WHEN d.place IS NULL THEN 'district' END, CASE WHEN t.place IS NULL THEN 'town' END,
                   CASE WHEN v.place IS NULL THEN 'village' END, CASE WHEN o.place IS NULL THEN 'subject' END
               ], NULL) AS missing
        FROM grid.roster_on(:as_of) AS s
        LEFT JOIN grid.unit_on(:as_of) AS village ON village.code = s.village_code
        LEFT JOIN grid.unit_on(:as_of) AS town ON town.code = village.parent_code
        LEFT JOIN named AS d ON d.place = 'u:' || town.parent_code AND d.level = 'district'
        LEFT JOIN named AS t ON t.place = 'u:' || town.code AND t.level = 'town'
        LEFT JOIN named AS v ON v.place = 'u:' || village.code AND v.level = 'village'
        LEFT JOIN named AS o ON o.place = 's:' || s.subject_id AND o.level = 'subject'
        WHERE {of_villages("s.village_code")}
    )
    SELECT subject_id AS row_id, subject_id, village_code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN cardinality(missing) = 0 THEN 'complete' ELSE 'broken' END AS state,
           true AS counted, cardinality(missing) = 0 AS hit, missing
    FROM link
    """,
)
