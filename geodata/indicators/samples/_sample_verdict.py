"""A sample's verdict as of a day: one definition for every test indicator (domain §11.4, law art 51).

A re-test replaces the first result and keeps the first sample's sampling date; until it is final the sample is in
re-test and counted beside. A sample is unqualified when any analyte is, qualified when at least one analyte is valid,
invalid when all are invalid, pending without results. Results judged after the as-of day are not yet known.
"""

from geodata.indicator import Extra, of_villages
from geodata.vocabulary import Purpose


def _state(sample_no: str) -> str:
    """SQL of the one row ``state`` of a sample by its own results; found by index."""
    return f"""
        SELECT CASE
            WHEN bool_or(r.judgement = 'unqualified') THEN 'unqualified'
            WHEN bool_or(r.judgement <> 'invalid') THEN 'qualified'
            WHEN count(*) > 0 THEN 'invalid' ELSE 'pending' END AS state
        FROM grid.result AS r WHERE r.sample_no = {sample_no} AND r.judged_on <= :as_of"""


# A sample is counted where it was taken; when a reorganisation has ended that village, where its subject stands now.
# Each sample looks for its re-test and results by itself: two sets of samples joined with each other are compared one
# by one when the planner takes them for small.
VERDICT = f"""
taken AS (
    SELECT s.*, CASE WHEN u.code IS NULL THEN coalesce(f.village_code, j.village_code) ELSE u.code END AS unit_code
    FROM grid.sample AS s JOIN grid.subject AS j USING (subject_id)
    LEFT JOIN grid.former_village AS f ON f.subject_id = s.subject_id AND f.valid @> CAST(:as_of AS date)
    LEFT JOIN grid.unit_on(:as_of) AS u ON u.code = s.village_code
    WHERE s.retest_of IS NULL AND s.sampled_on BETWEEN :start AND :end AND s.sampled_on <= :as_of
),
tested AS (
    SELECT s.*, t.sample_no AS retest_no,
           CASE WHEN t.state IN ('qualified', 'unqualified') THEN t.sample_no ELSE s.sample_no END AS final_no,
           CASE WHEN t.state IN ('qualified', 'unqualified') THEN t.state
                WHEN t.sample_no IS NOT NULL THEN 'in_retest' ELSE v.state END AS verdict
    FROM taken AS s
    CROSS JOIN LATERAL ({_state("s.sample_no")}) AS v
    LEFT JOIN LATERAL (
        SELECT again.sample_no, w.state FROM grid.sample AS again
        CROSS JOIN LATERAL ({_state("again.sample_no")}) AS w
        WHERE again.retest_of = s.sample_no AND again.sampled_on <= :as_of
    ) AS t ON true
    WHERE {of_villages("s.unit_code")}
)
"""


def pass_rate_rows(stream: str, *, supervision: bool) -> str:
    """Rows of a pass rate: samples of one stream, either supervision sampling or all other purposes (never pooled).

    Parameters
    ----------
    stream
        ``quantitative`` or ``rapid``; written into the SQL as it is.
    supervision
        Whether supervision samples are counted, or all others.

    Returns
    -------
    sql
        A SELECT over ``:as_of :start :end`` (both inclusive, by sampling date) and the scope's villages: columns
        ``row_id subject_id unit_code on_date state counted hit`` and those of ``PASS_COLUMNS``. Samples of the other
        purpose stand beside as ``other_purpose`` in ``rapid``, and are left out in ``quantitative``.
    """
    # a rapid supervision sample belongs to neither pass rate: it is shown beside the rapid one
    aside = "purpose = 'supervision'" if not supervision else "purpose <> 'supervision'"
    shown = "true" if stream == "rapid" else f"NOT ({aside})"
    return f"""
    WITH {VERDICT}
    SELECT sample_no AS row_id, subject_id, unit_code, sampled_on AS on_date,
           CASE WHEN {aside} THEN 'other_purpose' ELSE verdict END AS state,
           verdict IN ('qualified', 'unqualified') AND NOT ({aside}) AS counted, verdict = 'qualified' AS hit,
           sample_no, product, lab, purpose, retest_no, final_no
    FROM tested WHERE stream = '{stream}' AND {shown}
    """


PASS_COLUMNS = (
    Extra("sample_no"),
    Extra("product"),
    Extra("lab"),
    Extra("purpose", kind=Purpose),
    Extra("retest_no"),
    Extra("final_no", listed=False),
)
