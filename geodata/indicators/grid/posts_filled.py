"""Posts filled: grids with a supervisor and an assistant, each at its tier's level ÷ grids in force (domain §1, g2).

Before the first post of either role begins nothing is known of who was missing: grids stand beside then.
"""

from geodata.indicator import Extra, Indicator, of_villages
from geodata.vocabulary import PostState

INDICATOR = Indicator(
    key="posts_filled",
    order=90,
    better="higher",
    grain="village",
    window="day",
    states=PostState,
    extra=(
        Extra("supervisor", kind="yes_no"),
        Extra("assistant", kind="yes_no"),
    ),
    rows=f"""
    WITH held AS MATERIALIZED (
        SELECT DISTINCT unit_code, role FROM grid.post_on(:as_of) WHERE role IN ('supervisor', 'assistant')
    ), staffed AS MATERIALIZED (
        SELECT a.village, bool_or(h.role = 'supervisor') AS supervisor, bool_or(h.role = 'assistant') AS assistant
        FROM grid.ancestor_on(:as_of) AS a JOIN held AS h ON h.unit_code = a.code
        JOIN grid.role_level AS r ON r.role = h.role AND r.level = a.level AND r.is_answering AND r.valid @> :as_of
        GROUP BY a.village
    ), grid_unit AS (
        SELECT v.code, coalesce(s.supervisor, false) AS supervisor, coalesce(s.assistant, false) AS assistant
        FROM grid.unit_on(:as_of) AS v LEFT JOIN staffed AS s ON s.village = v.code
        WHERE v.level = 'village' AND {of_villages("v.code")}
    )
    SELECT code AS row_id, CAST(NULL AS text) AS subject_id, code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN supervisor AND assistant THEN 'filled' ELSE 'vacant' END AS state,
           EXISTS (SELECT FROM grid.post AS p WHERE p.role IN ('supervisor', 'assistant') AND lower(p.valid) <= :as_of)
               AS counted, supervisor AND assistant AS hit, supervisor, assistant
    FROM grid_unit
    """,
)
