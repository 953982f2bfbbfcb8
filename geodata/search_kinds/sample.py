"""Samples, by number, by batch and by product; they open the subject they were taken at."""

from __future__ import annotations

from geodata.search_kinds._search_kind import Feed, SearchKind

SEARCHED = SearchKind(
    key="sample",
    order=40,
    entries="""
SELECT m.sample_no AS key, m.sample_no AS label, '{}'::text[] AS names, ARRAY[m.product] AS also,
       ARRAY[m.sample_no, m.batch_code] AS codes, ARRAY[m.village_code] AS units
FROM grid.sample AS m WHERE m.sample_no = ANY ($1)
""",
    feeds=(Feed("sample", "SELECT sample_no FROM changed"),),
    shown="""
SELECT m.sample_no AS key, m.sample_no AS label, m.product AS note, ARRAY[m.product, m.batch_code] AS told,
       m.village_code AS unit_code, m.subject_id, CASE WHEN m.sampled_on <= :as_of THEN CAST(:as_of AS date) END AS day,
       CASE WHEN m.sampled_on > :as_of THEN m.sampled_on END AS begins_on, NULL::date AS ended_on,
       s.point IS NOT NULL AS on_map
FROM grid.sample AS m LEFT JOIN grid.subject AS s USING (subject_id) WHERE m.sample_no = ANY (:keys)
""",
)
