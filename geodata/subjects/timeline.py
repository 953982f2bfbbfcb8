"""What happened at a subject, newest first: visits, findings, tests, changes of status and risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_EVENTS = """
SELECT v.visited_on AS on_date, 'visit' AS kind, v.visit_no AS ref, v.kind AS what, v.outcome AS state,
       jsonb_build_object('reason', v.reason, 'person', p.name, 'role', v.visitor_role, 'items', v.items,
                          'recorded_on', grid.day_of(v.recorded_at)) AS detail
FROM grid.visit AS v JOIN grid.person AS p USING (person_no)
WHERE v.subject_id = :id AND v.visited_on <= :as_of
UNION ALL
SELECT f.found_on, 'finding', f.finding_no, f.item,
       CASE WHEN f.closed_on <= :as_of THEN 'closed' WHEN f.escalated_on <= :as_of THEN 'escalated'
            WHEN f.recheck_requested_on <= :as_of THEN 'recheck_requested'
            WHEN f.rectified_on <= :as_of THEN 'rectified' WHEN f.ordered_on <= :as_of THEN 'ordered' ELSE 'found' END,
       jsonb_build_object('description', f.description, 'deadline_on', f.deadline_on,
           'closed_on', CASE WHEN f.closed_on <= :as_of THEN f.closed_on END,
           'late', coalesce(CASE WHEN f.closed_on <= :as_of THEN f.closed_on END, CAST(:as_of AS date)) > f.deadline_on)
FROM grid.finding AS f WHERE f.subject_id = :id AND f.found_on <= :as_of
UNION ALL
SELECT s.sampled_on, 'sample', s.sample_no, s.stream,
       CASE WHEN bool_or(r.judgement = 'unqualified') THEN 'unqualified'
            WHEN bool_or(r.judgement <> 'invalid') THEN 'qualified'
            WHEN count(r.*) > 0 THEN 'invalid' ELSE 'pending' END,
       jsonb_build_object('product', s.product, 'lab', s.lab, 'purpose', s.purpose, 'retest_of', s.retest_of, 'results',
           coalesce(jsonb_agg(jsonb_build_object('analyte', r.analyte, 'value', r.value, 'unit', r.unit,
                    'limit', r.limit_value, 'standard', r.standard, 'version', r.standard_version,
                    'judgement', r.judgement) ORDER BY r.analyte)
                    FILTER (WHERE r.sample_no IS NOT NULL), '[]'))
FROM grid.sample AS s LEFT JOIN grid.result AS r ON r.sample_no = s.sample_no AND r.judged_on <= :as_of
WHERE s.subject_id = :id AND s.sampled_on <= :as_of GROUP BY s.sample_no
UNION ALL
SELECT c.from_on, 'status', c.from_on::text, 'status', c.status, jsonb_build_object('reason', c.reason)
FROM grid.subject_status AS c WHERE c.subject_id = :id AND c.from_on <= :as_of
UNION ALL
SELECT c.from_on, 'risk', c.from_on::text, 'risk', c.risk, jsonb_build_object('reason', c.reason)
FROM grid.subject_risk AS c WHERE c.subject_id = :id AND c.from_on <= :as_of
ORDER BY 1 DESC, 2, 3
"""


@dataclass(frozen=True)
class Event:
    """One entry: the day it happened, its kind (visit, finding, sample, status, risk), what and in which state."""

    on_date: date
    kind: str
    ref: str
    what: str | None
    state: str
    detail: dict[str, Any]


def subject_timeline(db: Connection, subject_id: str, as_of: date) -> list[Event]:
    """Events of one subject up to ``as_of`` (inclusive), newest first; states are those of that day.

    A visit carries the moment it was recorded when that was a later day: late entry is allowed and shown.
    """
    rows = db.execute(text(_EVENTS), {"id": subject_id, "as_of": as_of})
    return [Event(**row) for row in rows.mappings()]
