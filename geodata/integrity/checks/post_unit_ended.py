"""Orphans among the posts: posts that still run at units no longer in force."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "post_unit_ended",
    160,
    find_by_sql("""
        SELECT p.post_no AS key, ARRAY[p.unit_code] AS codes, n.name, ARRAY[p.role] AS role, p.unit_code AS code,
               (SELECT v.name FROM grid.unit_version AS v WHERE v.code = p.unit_code
                ORDER BY lower(v.valid) DESC NULLS LAST LIMIT 1) AS unit
        FROM grid.post_on(:as_of) AS p JOIN grid.person AS n USING (person_no)
        WHERE p.unit_code IS NOT NULL
          AND NOT EXISTS (SELECT FROM grid.unit_on(:as_of) AS u WHERE u.code = p.unit_code)
        ORDER BY p.post_no
    """),
)
