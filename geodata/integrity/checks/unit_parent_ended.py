"""Orphans of the tree: units in force whose parent is not."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "unit_parent_ended",
    70,
    find_by_sql("""
        SELECT u.code AS key, ARRAY[u.code] AS codes, u.name, u.parent_code AS parent
        FROM grid.unit_on(:as_of) AS u
        WHERE u.parent_code IS NOT NULL
          AND NOT EXISTS (SELECT FROM grid.unit_on(:as_of) AS p WHERE p.code = u.parent_code)
        ORDER BY u.code
    """),
)
