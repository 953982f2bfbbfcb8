"""Subjects of the roster without coordinates: the very rows the indicator ``unlocated`` counts as ``no_point``."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "subject_without_point",
    80,
    find_by_sql("""
        SELECT subject_id AS key, ARRAY[village_code] AS codes, subject_id AS subject, name
        FROM grid.roster_on(:as_of) WHERE point IS NULL ORDER BY subject_id
    """),
)
