"""Visits: kind, outcome, who made them, what was checked; and the day of recording, for late entry is shown.

Of an administrative check every officer with the card shown, and why and about what it was made.
What was checked is the visit's own list in the order on paper, each item with its answer, its note and its findings.
"""

from __future__ import annotations

from geodata.events._event_kind import EventKind
from geodata.events._finding_state import FINDING_STATE

_FINDINGS = f"""
SELECT jsonb_agg(jsonb_build_object('ref', f.finding_no, 'description', f.description, 'state', {FINDING_STATE})
                 ORDER BY f.finding_no)
FROM grid.finding AS f WHERE f.visit_no = v.visit_no AND f.item = i.item AND f.found_on <= :as_of
"""
_ITEMS = f"""
SELECT jsonb_agg(jsonb_build_object('wording', i.wording, 'wording_en', i.wording_en, 'article', i.article,
                     'answer', v.items ->> i.item, 'note', v.item_notes ->> i.item, 'findings', ({_FINDINGS}))
                 ORDER BY i.position_no)
FROM grid.checklist_item AS i WHERE i.checklist_no = v.checklist_no AND (v.items || v.item_notes <> '{{}}'
    OR EXISTS (SELECT FROM grid.finding AS f WHERE f.visit_no = v.visit_no AND f.item IS NOT NULL))
"""

EVENT = EventKind(
    key="visit",
    order=10,
    rows=f"""
SELECT v.visited_on AS on_date, v.visit_no AS ref, v.kind AS what, v.outcome AS state,
       jsonb_build_object('reason', v.reason, 'person', p.name, 'role', v.visitor_role, 'items', ({_ITEMS}),
                          'list', (SELECT jsonb_build_object('title', c.title, 'title_en', c.title_en)
                                   FROM grid.checklist AS c WHERE c.checklist_no = v.checklist_no),
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
