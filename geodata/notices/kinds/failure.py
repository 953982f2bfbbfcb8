"""Samples of the own area of which a result that fails has come in, by a file or by hand; one notice a sample."""

from __future__ import annotations

from geodata.notices.notice_kind import NoticeKind
from geodata.vocabulary import Stream

NOTICE = NoticeKind(
    key="failure",
    order=10,
    rows="""
SELECT max(b.loaded_at) AS at,
       jsonb_build_object('subject_id', s.subject_id, 'subject', u.name, 'product', s.product, 'stream', s.stream,
                          'analytes', jsonb_agg(r.analyte ORDER BY r.analyte)) AS detail
FROM grid.batches_since(:since) AS b JOIN grid.result AS r ON r.batch_id = b.batch_id
JOIN grid.sample AS s ON s.sample_no = r.sample_no JOIN grid.subject AS u ON u.subject_id = s.subject_id
WHERE r.judgement = 'unqualified'
GROUP BY s.sample_no, u.name
""",
    page="/subject/{subject_id}",
    states={"stream": Stream},
)
