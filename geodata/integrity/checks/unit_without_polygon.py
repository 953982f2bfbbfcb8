"""Units in force without a boundary: they are on no map and no point can be judged against them."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "unit_without_polygon",
    50,
    find_by_sql("""
        SELECT code AS key, ARRAY[code] AS codes, name, level FROM grid.unit_on(:as_of) WHERE geom IS NULL ORDER BY code
    """),
)
