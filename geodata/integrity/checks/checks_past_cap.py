"""Subjects checked by plan more often this year than the cap of the day allowed: what was recorded late, or merged."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "checks_past_cap",
    140,
    find_by_sql("""
        SELECT s.subject_id AS key, ARRAY[s.village_code] AS codes, m.planned_past AS size, s.subject_id AS subject,
               s.name, m.checks, m.cap, ST_AsBinary(s.point) AS geom, m.first_past::text AS first_on,
               m.last_past::text AS last_on
        FROM grid.check_meter_on(:as_of) AS m JOIN grid.subject AS s USING (subject_id)
        WHERE m.planned_past > 0 ORDER BY s.subject_id
    """),
    SizeUnit.ROWS,
)
