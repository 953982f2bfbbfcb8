"""Samples with the results known on the day; the verdict is derived from them."""

from __future__ import annotations

from geodata.events._event_kind import EventKind

EVENT = EventKind(
    key="sample",
    order=30,
    rows="""
SELECT s.sampled_on AS on_date, s.sample_no AS ref, s.stream AS what,
       CASE WHEN bool_or(r.judgement = 'unqualified') THEN 'unqualified'
            WHEN bool_or(r.judgement <> 'invalid') THEN 'qualified'
            WHEN count(r.*) > 0 THEN 'invalid' ELSE 'pending' END AS state,
       jsonb_build_object('product', s.product, 'lab', s.lab, 'purpose', s.purpose, 'retest_of', s.retest_of,
           'samplers',
           (SELECT jsonb_agg(coalesce(n.name, o.no) ORDER BY o.place)
            FROM unnest(ARRAY[s.person_no, s.second_person_no]) WITH ORDINALITY AS o (no, place)
            LEFT JOIN grid.person AS n ON n.person_no = o.no), 'results',
           coalesce(jsonb_agg(jsonb_build_object('analyte', r.analyte, 'value', r.value, 'unit', r.unit,
                    'limit', r.limit_value, 'standard', r.standard, 'version', r.standard_version,
                    'judgement', r.judgement) ORDER BY r.analyte)
                    FILTER (WHERE r.sample_no IS NOT NULL), '[]')) AS detail
FROM grid.sample AS s LEFT JOIN grid.result AS r ON r.sample_no = s.sample_no AND r.judged_on <= :as_of
WHERE s.subject_id = :id AND s.sampled_on <= :as_of GROUP BY s.sample_no
""",
)
