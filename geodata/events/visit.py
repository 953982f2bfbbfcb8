"""Visits: kind, outcome, who made them, what was checked; and the day of recording, for late entry is shown.

Of an administrative check every officer with the card shown, and why and about what it was made.
"""

from __future__ import annotations

from geodata.events._event_kind import EventKind

EVENT = EventKind(
    key="visit",
    order=10,
    rows="""
SELECT v.visited_on AS on_date, v.visit_no AS ref, v.kind AS what, v.outcome AS state,
       jsonb_build_object('reason', v.reason, 'person', p.name, 'role', v.visitor_role, 'items', v.items,
                          'recorded_on', grid.day_of(v.recorded_at), 'origin', v.check_origin,
                          'legal_item', v.legal_item,
                          'was', v.was_kind, 'officers', (
                              SELECT jsonb_agg(jsonb_build_object('name', coalesce(n.name, o.no), 'card', o.card)
                                               ORDER BY o.place)
                              FROM unnest(v.officers, v.card_nos) WITH ORDINALITY AS o (no, card, place)
                              LEFT JOIN grid.person AS n ON n.person_no = o.no)) AS detail
FROM grid.visit AS v JOIN grid.person AS p USING (person_no)
WHERE v.subject_id = :id AND v.visited_on <= :as_of
""",
)
