"""Units in force without a boundary: they are on no map and no point can be judged against them."""

from __future__ import annotations

from geodata.integrity.integrity_check import Check, asked

CHECK = Check(
    "unit_without_polygon",
    50,
    asked("""
        SELECT code AS key, ARRAY[code] AS codes, name, level FROM grid.unit_on(:as_of) WHERE geom IS NULL ORDER BY code
    """),
)
