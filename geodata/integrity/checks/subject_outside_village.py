"""Subjects whose point lies outside their declared village, by how far; the village wins (domain §11.8)."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "subject_outside_village",
    90,
    find_by_sql("""
        SELECT s.subject_id AS key, ARRAY[s.village_code] AS codes, s.subject_id AS subject, s.name, v.name AS village,
               ST_Distance(ST_Transform(s.point, CAST(:measure_epsg AS integer)),
                           ST_Transform(v.geom, CAST(:measure_epsg AS integer))) AS size,
               ST_AsBinary(s.point) AS geom,
               (SELECT u.name FROM grid.unit_on(:as_of) AS u
                WHERE u.level = 'village' AND ST_Covers(u.geom, s.point) ORDER BY u.code LIMIT 1) AS lies_in
        FROM grid.roster_on(:as_of) AS s JOIN grid.unit_on(:as_of) AS v ON v.code = s.village_code
        WHERE NOT ST_Covers(v.geom, s.point) ORDER BY s.subject_id
    """),
    SizeUnit.M,
)
