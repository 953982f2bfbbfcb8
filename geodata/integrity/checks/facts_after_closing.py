"""Orphans among the facts: completed visits and samples dated on days when the subject had left the roster.

Among them what an office still sends under the number of a subject that was merged into another.
"""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "facts_after_closing",
    130,
    find_by_sql("""
        WITH away AS MATERIALIZED (
            SELECT subject_id, status, from_on, until_on FROM (
                SELECT subject_id, status, from_on,
                       lead(from_on, 1, 'infinity') OVER (PARTITION BY subject_id ORDER BY from_on) AS until_on
                FROM grid.subject_status) AS span
            WHERE status IN ('closed', 'deregistered') AND from_on <= :as_of
        ), fact AS (
            SELECT v.subject_id, v.visited_on AS on_date FROM grid.visit AS v JOIN away AS a
                ON a.subject_id = v.subject_id AND v.visited_on >= a.from_on AND v.visited_on < a.until_on
            WHERE v.outcome = 'completed' AND v.visited_on <= :as_of
            UNION ALL
            SELECT t.subject_id, t.sampled_on FROM grid.sample AS t JOIN away AS a
                ON a.subject_id = t.subject_id AND t.sampled_on >= a.from_on AND t.sampled_on < a.until_on
            WHERE t.sampled_on <= :as_of
        )
        SELECT s.subject_id AS key, ARRAY[s.village_code] AS codes, count(*) AS size, s.subject_id AS subject, s.name,
               ST_AsBinary(s.point) AS geom, min(f.on_date)::text AS first_on, max(f.on_date)::text AS last_on
        FROM fact AS f JOIN grid.subject AS s USING (subject_id) GROUP BY s.subject_id ORDER BY s.subject_id
    """),
    SizeUnit.ROWS,
)
