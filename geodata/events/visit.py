"""Visits: kind, outcome, who made them, what was checked; and the day of recording, for late entry is shown."""

from __future__ import annotations

from geodata.events._event_kind import EventKind

EVENT = EventKind(
    key="visit",
    order=10,
    rows="""
SELECT v.visited_on AS on_date, v.visit_no AS ref, v.kind AS what, v.outcome AS state,
       jsonb_build_object('reason', v.reason, 'person', p.name, 'role', v.visitor_role, 'items', v.items,
                          'recorded_on', grid.day_of(v.recorded_at)) AS detail
FROM grid.visit AS v JOIN grid.person AS p USING (person_no)
WHERE v.subject_id = :id AND v.visited_on <= :as_of
""",
)
