"""Orphans of the roster: subjects whose village is not in force, so that no unit's number counts them."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "subject_village_ended",
    120,
    find_by_sql("""
        SELECT s.subject_id AS key, ARRAY[s.village_code] AS codes, s.subject_id AS subject, s.name,
               s.village_code AS code, ST_AsBinary(s.point) AS geom
        FROM grid.roster_on(:as_of) AS s
        WHERE NOT EXISTS (SELECT FROM grid.unit_on(:as_of) AS v WHERE v.code = s.village_code)
        ORDER BY s.subject_id
    """),
)
