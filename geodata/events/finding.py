"""Findings (hidden dangers): the state each had on the day, and whether it was late."""

from __future__ import annotations

from geodata.events._event_kind import EventKind
from geodata.events._finding_state import FINDING_STATE

EVENT = EventKind(
    key="finding",
    order=20,
    rows=f"""
SELECT f.found_on AS on_date, f.finding_no AS ref, f.item AS what,
       {FINDING_STATE} AS state,
       jsonb_build_object('item', (SELECT jsonb_build_object('wording', i.wording, 'wording_en', i.wording_en)
                                   FROM grid.checklist_item AS i
                                   WHERE i.checklist_no = f.checklist_no AND i.item = f.item),
           'description', f.description, 'deadline_on', f.deadline_on,
           'closed_on', CASE WHEN f.closed_on <= :as_of THEN f.closed_on END,
           'late', coalesce(CASE WHEN f.closed_on <= :as_of THEN f.closed_on END, CAST(:as_of AS date))
                   > f.deadline_on) AS detail
FROM grid.finding AS f WHERE f.subject_id = :id AND f.found_on <= :as_of
""",
)
