"""Changes of the risk grade, with their reason."""

from __future__ import annotations

from geodata.events._event_kind import EventKind

EVENT = EventKind(
    key="risk",
    order=50,
    rows="""
SELECT c.from_on AS on_date, c.from_on::text AS ref, 'risk' AS what, c.risk AS state,
       jsonb_build_object('reason', c.reason) AS detail
FROM grid.subject_risk AS c WHERE c.subject_id = :id AND c.from_on <= :as_of
""",
)
