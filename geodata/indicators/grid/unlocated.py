"""Unlocated: roster subjects without coordinates or with a point outside their village ÷ those that can be judged.

The administrative village wins; a disagreement is a flag, never a silent re-assignment (domain §11.8). A point on the
border belongs to its village. Where the village has no boundary the point cannot be judged and stands beside.
"""

from geodata.indicator import Indicator, of_villages
from geodata.vocabulary import PointState

INDICATOR = Indicator(
    key="unlocated",
    order=100,
    better="lower",
    grain="subject",
    window="day",
    states=PointState,
    rows=f"""
    WITH placed AS (
        SELECT s.subject_id, s.village_code, CASE
            WHEN s.point IS NULL THEN 'no_point' WHEN v.geom IS NULL THEN 'no_polygon'
            WHEN ST_Covers(v.geom, s.point) THEN 'located' ELSE 'outside' END AS state
        FROM grid.roster_on(:as_of) AS s LEFT JOIN grid.unit_on(:as_of) AS v ON v.code = s.village_code
        WHERE {of_villages("s.village_code")}
    )
    SELECT subject_id AS row_id, subject_id, village_code AS unit_code, CAST(:as_of AS date) AS on_date, state,
           state <> 'no_polygon' AS counted, state IN ('no_point', 'outside') AS hit
    FROM placed
    """,
)
