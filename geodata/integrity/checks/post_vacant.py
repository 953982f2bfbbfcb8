"""Vacant posts: places of the chain without anybody in a role that names the tier standing there (``chain_roles``)."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "post_vacant",
    140,
    find_by_sql("""
        WITH place AS (
            SELECT level, 'u:' || code AS place, code AS key, code AS unit_code, name, NULL::geometry AS point
            FROM grid.unit_on(:as_of)
            UNION ALL
            SELECT 'subject', 's:' || subject_id, subject_id, village_code, subject_id || ' ' || name, point
            FROM grid.roster_on(:as_of)
        )
        SELECT p.key, ARRAY[p.unit_code] AS codes, ST_AsBinary(p.point) AS geom, p.level, p.name,
               ARRAY(SELECT jsonb_array_elements_text(r.value)) AS role,
               -- the day after the last day in post is the first vacant day; a post never held has none
               (SELECT upper(o.valid)::text FROM grid.post AS o WHERE o.place = p.place AND r.value ? o.role
                AND upper(o.valid) <= :as_of ORDER BY upper(o.valid) DESC LIMIT 1) AS since,
               (SELECT CAST(:as_of AS date) - max(upper(o.valid)) + 1 FROM grid.post AS o
                WHERE o.place = p.place AND r.value ? o.role AND upper(o.valid) <= :as_of) AS size
        FROM place AS p JOIN grid.tier_on(:as_of) AS t USING (level)
        JOIN grid.rule_on(:as_of) AS r ON r.key = 'chain_roles' AND r.scope = t.tier
        WHERE NOT EXISTS (SELECT FROM grid.post_on(:as_of) AS h WHERE h.place = p.place AND r.value ? h.role)
        ORDER BY p.key
    """),
    SizeUnit.DAYS,
)
