"""Posts filled: grids with both a supervisor (of the town) and an assistant ÷ grids in force (domain §1, g2)."""

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
    WITH held AS MATERIALIZED (SELECT DISTINCT unit_code, role FROM grid.post_on(:as_of) WHERE unit_code IS NOT NULL),
    grid_unit AS (
        SELECT v.code, s.role IS NOT NULL AS supervisor, a.role IS NOT NULL AS assistant
        FROM grid.unit_on(:as_of) AS v
        LEFT JOIN held AS s ON s.unit_code = v.parent_code AND s.role = 'supervisor'
        LEFT JOIN held AS a ON a.unit_code = v.code AND a.role = 'assistant'
        WHERE v.level = 'village' AND {of_villages("v.code")}
    )
    SELECT code AS row_id, CAST(NULL AS text) AS subject_id, code AS unit_code, CAST(:as_of AS date) AS on_date,
           CASE WHEN supervisor AND assistant THEN 'filled' ELSE 'vacant' END AS state,
           true AS counted, supervisor AND assistant AS hit, supervisor, assistant
    FROM grid_unit
    """,
)
