"""Polygons of a boundary file whose code no unit in force has; noted when the file is looked at, until one has it."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "polygon_without_unit",
    60,
    find_by_sql("""
        SELECT substr(w.item_no, 1 + length('polygon_without_unit:')) AS key, w.touched_codes AS codes, w.size,
               ST_AsBinary(w.geom) AS geom, w.details ->> 'code' AS code, w.details ->> 'name' AS name,
               w.details ->> 'file' AS file, w.details ->> 'row' AS row
        FROM grid.work_item AS w
        WHERE w.check_key = 'polygon_without_unit' AND w.state <> 'solved'
          AND NOT EXISTS (SELECT FROM grid.unit_on(:as_of) AS u WHERE u.code = w.details ->> 'code')
        ORDER BY w.item_no
    """),
    SizeUnit.M2,
)
