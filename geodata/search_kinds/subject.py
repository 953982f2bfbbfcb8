"""Subjects, by name, number, credit code and what they produce."""

from __future__ import annotations

from geodata.search_kinds._search_kind import Feed, Opens, SearchKind

SEARCHED = SearchKind(
    key="subject",
    order=20,
    entries="""
SELECT s.subject_id AS key, s.name AS label, ARRAY[s.name] AS names, ARRAY[s.products] AS also,
       ARRAY[s.subject_id, s.uscc] AS codes, ARRAY[s.village_code] AS units
FROM grid.subject AS s WHERE s.subject_id = ANY ($1)
""",
    feeds=(Feed("subject", "SELECT subject_id FROM changed"),),
    shown="""
SELECT s.subject_id AS key, s.name AS label, NULL AS note, ARRAY[s.subject_id, s.uscc, s.products] AS told,
       coalesce(f.village_code, s.village_code) AS unit_code, s.subject_id,
       CASE WHEN s.entry_on <= :as_of THEN CAST(:as_of AS date) END AS day,
       CASE WHEN s.entry_on > :as_of THEN s.entry_on END AS begins_on,
       CASE WHEN t.status IN ('closed', 'deregistered') THEN t.from_on END AS ended_on, s.point IS NOT NULL AS on_map
FROM grid.subject AS s
LEFT JOIN LATERAL (SELECT v.village_code FROM grid.former_village AS v
                   WHERE v.subject_id = s.subject_id AND v.valid @> CAST(:as_of AS date) LIMIT 1) AS f ON true
LEFT JOIN LATERAL (SELECT c.status, c.from_on FROM grid.subject_status AS c
                   WHERE c.subject_id = s.subject_id AND c.from_on <= :as_of
                   ORDER BY c.from_on DESC LIMIT 1) AS t ON true
WHERE s.subject_id = ANY (:keys)
""",
    opens=Opens.MAP,
)
