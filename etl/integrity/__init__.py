"""Grid integrity: what is wrong with boundaries, roster and posts, as a work list that is looked over again and again.

One file per check in ``checks``; the list itself stands in ``grid.work_item``.
"""

from etl.integrity.acts import accept, assign, reopen
from etl.integrity.boundaries import note_boundaries
from etl.integrity.listing import items
from etl.integrity.store import Outcome
from etl.integrity.trail import Change, history
from etl.integrity.update import look_over, run

__all__ = ["Change", "Outcome", "accept", "assign", "history", "items", "look_over", "note_boundaries", "reopen", "run"]
