"""Grid units, by every name they ever had and by their code."""

from __future__ import annotations

from geodata.search_kinds._search_kind import Feed, Opens, SearchKind
from geodata.vocabulary import UnitKind

SEARCHED = SearchKind(
    key="unit",
    order=10,
    entries="""
SELECT v.code AS key, (array_agg(v.name ORDER BY coalesce(lower(v.valid), '-infinity') DESC))[1] AS label,
       array_agg(DISTINCT v.name) AS names, '{}'::text[] AS also, ARRAY[v.code] AS codes, ARRAY[v.code] AS units
FROM grid.unit_version AS v WHERE v.code = ANY ($1) GROUP BY v.code
""",
    feeds=(Feed("unit_version", "SELECT code FROM changed"),),
    # the version of the day, else the last one before it, else the first one after it
    shown="""
SELECT DISTINCT ON (v.code) v.code AS key, v.name AS label, v.kind AS note,
       v.code || (SELECT coalesce(array_agg(DISTINCT o.name), '{}') FROM grid.unit_version AS o
                  WHERE o.code = v.code AND o.name <> v.name) AS told,
       v.code AS unit_code, NULL AS subject_id,
       CASE WHEN v.valid @> CAST(:as_of AS date) THEN CAST(:as_of AS date)
            WHEN upper(v.valid) <= :as_of THEN upper(v.valid) - 1 END AS day,
       CASE WHEN lower(v.valid) > :as_of THEN lower(v.valid) END AS begins_on,
       CASE WHEN upper(v.valid) <= :as_of THEN upper(v.valid) - 1 END AS ended_on,
       v.geom IS NOT NULL AS on_map
FROM grid.unit_version AS v WHERE v.code = ANY (:keys)
ORDER BY v.code, v.valid @> CAST(:as_of AS date) DESC, coalesce(lower(v.valid), '-infinity') > :as_of,
         CASE WHEN lower(v.valid) <= :as_of THEN lower(v.valid) END DESC NULLS LAST, lower(v.valid)
""",
    opens=Opens.MAP,
    note_words=UnitKind,
)
