"""Overlapping posts the database must allow: several people acting in one single-holder post, or beside its holder.

Two holders of a single-holder post are impossible; acting holders are not, and on paper only the absent holder has one.
"""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql
from geodata.vocabulary import SINGLE_HOLDER_ROLES, SizeUnit

_SINGLE = ", ".join(sorted(f"'{role.value}'" for role in SINGLE_HOLDER_ROLES))

CHECK = IntegrityCheck(
    "post_overlap",
    150,
    find_by_sql(f"""
        WITH held AS MATERIALIZED (
            SELECT p.*, n.name AS holder FROM grid.post_on(:as_of) AS p JOIN grid.person AS n USING (person_no)
            WHERE p.role IN ({_SINGLE})
        )
        SELECT a.role || ':' || coalesce(a.unit_code, a.subject_id) AS key,
               ARRAY[coalesce(a.unit_code, min(s.village_code))] AS codes,
               (SELECT count(*) FROM held AS h WHERE h.place = a.place AND h.role = a.role) AS size,
               ST_AsBinary((array_agg(s.point))[1]) AS geom, ARRAY[a.role] AS role,
               coalesce(min(u.name), min(s.name)) AS name,
               (SELECT array_agg(h.holder ORDER BY h.acting_for NULLS FIRST, h.person_no) FROM held AS h
                WHERE h.place = a.place AND h.role = a.role) AS people
        FROM held AS a
        JOIN held AS b ON b.place = a.place AND b.role = a.role AND b.post_no <> a.post_no
             AND (b.acting_for IS NOT NULL OR b.person_no <> a.acting_for)
        LEFT JOIN grid.subject AS s ON s.subject_id = a.subject_id
        LEFT JOIN grid.unit_on(:as_of) AS u ON u.code = a.unit_code
        WHERE a.acting_for IS NOT NULL
        GROUP BY a.role, a.place, a.unit_code, a.subject_id ORDER BY 1
    """),
    SizeUnit.ROWS,
)
