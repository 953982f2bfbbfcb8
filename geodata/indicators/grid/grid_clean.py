"""Grid clean: villages that no open item of the work list touches ÷ villages in force.

A village nobody has checked is neither clean nor faulty: before the first complete run of the checks, and for a village
that came into force after the last one, it stands beside the denominator. Accepted items (a gap that is a reservoir) do
not count. A past day is judged by the items that stood open on it.
"""

from geodata.indicator import Indicator, of_villages
from geodata.vocabulary import CleanState

INDICATOR = Indicator(
    key="grid_clean",
    order=110,
    better="higher",
    grain="village",
    window="day",
    states=CleanState,
    rows=f"""
    WITH checked AS (
        SELECT max(as_of) AS on_day FROM grid.integrity_run WHERE complete AND as_of <= :as_of
    ), fault AS MATERIALIZED (
        SELECT DISTINCT unnest(touched_codes) AS code FROM grid.work_item WHERE open_days @> CAST(:as_of AS date)
    ), judged AS (
        SELECT v.code, v.code IN (SELECT code FROM fault) AS faulty,
               c.on_day IS NOT NULL AND (lower(v.valid) > c.on_day) IS NOT TRUE AS looked_at
        FROM grid.unit_on(:as_of) AS v CROSS JOIN checked AS c
        WHERE v.level = 'village' AND {of_villages("v.code")}
    )
    SELECT code AS row_id, CAST(NULL AS text) AS subject_id, code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN NOT looked_at THEN 'unchecked' WHEN faulty THEN 'faulty' ELSE 'clean' END AS state,
           looked_at AS counted, looked_at AND NOT faulty AS hit
    FROM judged
    """,
)
