"""Subjects that stand at one point (rule ``same_point_m``): copied coordinates, or the middle of the village."""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "subject_same_point",
    100,
    find_by_sql(
        """
        WITH crowd AS (
            SELECT subject_id, name, village_code, point, ST_ClusterDBSCAN(
                ST_Transform(point, CAST(:measure_epsg AS integer)), CAST(:same_point_m AS float), 2) OVER () AS n
            FROM grid.roster_on(:as_of) WHERE point IS NOT NULL
        )
        SELECT min(subject_id) AS key, array_agg(village_code ORDER BY subject_id) AS codes, count(*) AS size,
               ST_AsBinary((array_agg(point ORDER BY subject_id))[1]) AS geom,
               array_agg(subject_id || ' ' || name ORDER BY subject_id) AS subjects
        FROM crowd WHERE n IS NOT NULL GROUP BY n ORDER BY 1
        """,
        "same_point_m",
    ),
    SizeUnit.ROWS,
)
