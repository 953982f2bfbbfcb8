"""In which state a finding stands on a day."""

from __future__ import annotations

FINDING_STATE = """
CASE WHEN f.closed_on <= :as_of THEN 'closed' WHEN f.escalated_on <= :as_of THEN 'escalated'
     WHEN f.recheck_requested_on <= :as_of THEN 'recheck_requested'
     WHEN f.rectified_on <= :as_of THEN 'rectified' WHEN f.ordered_on <= :as_of THEN 'ordered' ELSE 'found' END"""
"""SQL over ``f``, a finding, on the day ``:as_of`` (inclusive)."""
