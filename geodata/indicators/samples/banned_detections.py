"""Banned detections: quantitative samples with any substance banned on their sampling day, whatever its limit (§11.5).

An alarm of its own: counted over all purposes. A rapid positive is a lead and listed beside until confirmed.
"""

from geodata.indicator import Extra, Indicator
from geodata.indicators.samples._sample_verdict import VERDICT
from geodata.vocabulary import BannedState, Purpose

INDICATOR = Indicator(
    key="banned_detections",
    order=70,
    better="lower",
    grain="sample",
    window="test",
    states=BannedState,
    extra=(
        Extra("sample_no"),
        Extra("product"),
        Extra("lab"),
        Extra("purpose", kind=Purpose),
        Extra("analytes"),
        Extra("final_no", listed=False),
    ),
    rows=f"""
    WITH {VERDICT}
    SELECT t.sample_no AS row_id, t.subject_id, t.unit_code, t.sampled_on AS on_date,
           CASE WHEN f.analytes IS NULL THEN 'clear' WHEN t.stream = 'rapid' THEN 'rapid_lead' ELSE 'banned'
                END AS state,
           t.stream = 'quantitative' AS counted, f.analytes IS NOT NULL AS hit,
           t.sample_no, t.product, t.lab, t.purpose, f.analytes, t.final_no
    FROM tested AS t
    CROSS JOIN LATERAL (
        SELECT string_agg(r.analyte, ', ' ORDER BY r.analyte) AS analytes
        FROM grid.result AS r JOIN grid.banned_substance AS b ON b.analyte = r.analyte
             AND b.from_on <= t.sampled_on AND (b.to_on IS NULL OR t.sampled_on < b.to_on)
        WHERE r.sample_no = t.final_no AND r.judged_on <= :as_of
          AND (r.judgement IN ('unqualified', 'detected_within_limit') OR r.judgement = 'qualified' AND r.value > 0)
    ) AS f
    WHERE t.verdict IN ('qualified', 'unqualified') AND (t.stream = 'quantitative' OR f.analytes IS NOT NULL)
    """,
)
