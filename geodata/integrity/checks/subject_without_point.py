"""Subjects of the roster without coordinates: the very rows the indicator ``unlocated`` counts as ``no_point``."""

from __future__ import annotations

from geodata.integrity.integrity_check import Check, asked

CHECK = Check(
    "subject_without_point",
    80,
    asked("""
        SELECT subject_id AS key, ARRAY[village_code] AS codes, subject_id AS subject, name
        FROM grid.roster_on(:as_of) WHERE point IS NULL ORDER BY subject_id
    """),
)
