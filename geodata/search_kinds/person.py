"""People, by name and official number: whoever holds or held a post, or made a visit, as the policy of people says.

Neither telephone is anything to be found by.
"""

from __future__ import annotations

from geodata.search_kinds._search_kind import Feed, SearchKind
from geodata.vocabulary import Role

SEARCHED = SearchKind(
    key="person",
    order=30,
    entries="""
SELECT n.person_no AS key, n.name AS label, ARRAY[n.name] AS names, '{}'::text[] AS also,
       ARRAY[n.person_no] AS codes, coalesce(seen.units, '{}') AS units
FROM grid.person AS n LEFT JOIN (
    SELECT u.person_no, array_agg(DISTINCT u.unit) AS units FROM (
        SELECT p.person_no, coalesce(p.unit_code, s.village_code) AS unit
        FROM grid.post AS p LEFT JOIN grid.subject AS s USING (subject_id) WHERE p.person_no = ANY ($1)
        UNION SELECT v.person_no, s.village_code FROM grid.visit AS v JOIN grid.subject AS s USING (subject_id)
        WHERE v.person_no = ANY ($1)
        UNION SELECT o.person_no, s.village_code FROM grid.visit AS v JOIN grid.subject AS s USING (subject_id)
        CROSS JOIN LATERAL unnest(v.officers) AS o (person_no)
        WHERE v.kind = 'administrative_check' AND o.person_no = ANY ($1)
    ) AS u GROUP BY u.person_no
) AS seen USING (person_no)
WHERE n.person_no = ANY ($1) AND n.name <> grid.erased_name()
""",
    feeds=(
        Feed("person", "SELECT person_no FROM changed"),
        Feed("post", "SELECT person_no FROM changed"),
        # a visit tells something new of a person only where the person was not seen before
        Feed(
            "visit",
            """
SELECT c.person_no FROM (
    SELECT person_no, subject_id FROM changed UNION SELECT unnest(officers), subject_id FROM changed
) AS c JOIN grid.subject AS s USING (subject_id)
LEFT JOIN grid.search_entry AS e ON e.kind = 'person' AND e.key = c.person_no
WHERE e.units @> ARRAY[s.village_code] COLLATE "C" IS NOT TRUE
""",
            after=("insert",),
        ),
        Feed(
            "visit",
            """
SELECT unnest(officers || person_no) FROM changed WHERE visit_no IN (
    SELECT visit_no FROM changed GROUP BY visit_no
    HAVING count(*) = 1 OR count(DISTINCT (subject_id, person_no, officers)) > 1)
""",
            after=("update", "delete"),
        ),
        Feed(
            "subject",
            """
WITH moved AS (SELECT subject_id FROM changed GROUP BY subject_id HAVING count(DISTINCT village_code) > 1)
SELECT p.person_no FROM grid.post AS p JOIN moved USING (subject_id)
UNION SELECT unnest(v.officers || v.person_no) FROM grid.visit AS v JOIN moved USING (subject_id)
""",
            after=("update",),
        ),
    ),
    # the post of the day, else the last one before it, else the first one after it; without any, the last visit's place
    shown="""
SELECT n.person_no AS key, n.name AS label, p.role AS note, ARRAY[n.person_no] AS told,
       coalesce(p.unit_code, f.village_code, s.village_code) AS unit_code,
       s.subject_id,
       CASE WHEN p.post_no IS NULL OR p.valid @> CAST(:as_of AS date) THEN CAST(:as_of AS date)
            WHEN upper(p.valid) <= :as_of THEN upper(p.valid) - 1 END AS day,
       CASE WHEN lower(p.valid) > :as_of THEN lower(p.valid) END AS begins_on,
       CASE WHEN upper(p.valid) <= :as_of THEN upper(p.valid) - 1 END AS ended_on,
       s.point IS NOT NULL OR EXISTS (
           SELECT FROM grid.unit_version AS u
           WHERE u.code = p.unit_code AND u.valid @> CAST(:as_of AS date) AND u.geom IS NOT NULL) AS on_map
FROM grid.person AS n
LEFT JOIN LATERAL (SELECT * FROM grid.post AS o WHERE o.person_no = n.person_no
                   ORDER BY o.valid @> CAST(:as_of AS date) DESC, lower(o.valid) > :as_of,
                            CASE WHEN lower(o.valid) <= :as_of THEN lower(o.valid) END DESC NULLS LAST, lower(o.valid),
                            o.post_no LIMIT 1) AS p ON true
LEFT JOIN LATERAL (SELECT v.subject_id FROM grid.visit AS v WHERE p.post_no IS NULL AND v.person_no = n.person_no
                     AND v.visited_on <= :as_of ORDER BY v.visited_on DESC, v.visit_no LIMIT 1) AS v ON true
LEFT JOIN grid.subject AS s ON s.subject_id = coalesce(p.subject_id, v.subject_id)
LEFT JOIN LATERAL (SELECT v.village_code FROM grid.former_village AS v
                   WHERE v.subject_id = s.subject_id AND v.valid @> CAST(:as_of AS date) LIMIT 1) AS f ON true
WHERE n.person_no = ANY (:keys)
""",
    note_words=Role,
)
