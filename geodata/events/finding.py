"""Findings (hidden dangers): the state each had on the day, and whether it was late."""

from __future__ import annotations

from geodata.events._event_kind import EventKind

EVENT = EventKind(
    key="finding",
    order=20,
    rows="""
SELECT f.found_on AS on_date, f.finding_no AS ref, f.item AS what,
       CASE WHEN f.closed_on <= :as_of THEN 'closed' WHEN f.escalated_on <= :as_of THEN 'escalated'
            WHEN f.recheck_requested_on <= :as_of THEN 'recheck_requested'
            WHEN f.rectified_on <= :as_of THEN 'rectified' WHEN f.ordered_on <= :as_of THEN 'ordered'
            ELSE 'found' END AS state,
       jsonb_build_object('description', f.description, 'deadline_on', f.deadline_on,
           'closed_on', CASE WHEN f.closed_on <= :as_of THEN f.closed_on END,
           'late', coalesce(CASE WHEN f.closed_on <= :as_of THEN f.closed_on END, CAST(:as_of AS date))
                   > f.deadline_on) AS detail
FROM grid.finding AS f WHERE f.subject_id = :id AND f.found_on <= :as_of
""",
)
