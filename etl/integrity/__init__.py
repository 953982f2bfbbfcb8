"""Grid integrity: what is wrong with boundaries, roster and posts, as a work list that is looked over again and again.

One file per check in ``checks``; the list itself stands in ``grid.work_item``.
"""

from etl.integrity.acts import accept, assign, reopen
from etl.integrity.boundaries import note_boundaries
from etl.integrity.items import items
from etl.integrity.run import look_over, run
from etl.integrity.store import Outcome

__all__ = ["Outcome", "accept", "assign", "items", "look_over", "note_boundaries", "reopen", "run"]
