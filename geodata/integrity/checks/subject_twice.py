"""Subjects that are likely one (domain §11.15), to be merged (``geodata.subjects.subject_merge``) or accepted as two.

The very same USCC or identity number cannot be on the roster twice: the database refuses it. What it cannot refuse is
found here: the same name in one village, however spaced or bracketed; the same body under a USCC issued anew (signs 9
to 17 are the organisation's own, GB 32100); the same name and last signs of the identity number in another village.
"""

from __future__ import annotations

from geodata.integrity.integrity_check import IntegrityCheck, find_by_sql

CHECK = IntegrityCheck(
    "subject_twice",
    110,
    find_by_sql("""
        WITH named AS MATERIALIZED (
            SELECT r.subject_id, r.name, r.village_code, r.point, s.uscc, s.id_tail,
                   regexp_replace(lower(normalize(r.name, NFKC)), '[[:space:][:punct:]]', '', 'g') AS plain
            FROM grid.roster_on(:as_of) AS r JOIN grid.subject AS s USING (subject_id)
        ), alike AS (
            SELECT a.subject_id AS one, b.subject_id AS other, 'name' AS basis
            FROM named AS a JOIN named AS b USING (village_code, plain) WHERE a.subject_id < b.subject_id
            UNION ALL
            SELECT a.subject_id, b.subject_id, 'organisation'
            FROM named AS a JOIN named AS b ON substr(a.uscc, 9, 9) = substr(b.uscc, 9, 9)
            WHERE a.subject_id < b.subject_id
            UNION ALL
            SELECT a.subject_id, b.subject_id, 'name_and_id' FROM named AS a JOIN named AS b USING (plain, id_tail)
            WHERE a.subject_id < b.subject_id AND a.village_code <> b.village_code
        ), pair AS (
            SELECT one, other, array_agg(basis ORDER BY basis) AS basis FROM alike GROUP BY one, other
        )
        SELECT p.one || '+' || p.other AS key, ARRAY[a.village_code, b.village_code] AS codes, p.basis,
               p.one, p.other, a.name AS one_name, b.name AS other_name,
               ST_AsBinary(coalesce(a.point, b.point)) AS geom
        FROM pair AS p JOIN named AS a ON a.subject_id = p.one JOIN named AS b ON b.subject_id = p.other
        ORDER BY p.one, p.other
    """),
)
