"""Grid integrity: what is wrong with boundaries, roster and posts, found again and again.

One file per check in ``checks``; what is found stands in ``grid.work_item``, which ``geodata.work`` reads and changes.
"""

from etl.integrity.boundaries import note_boundaries
from etl.integrity.store import Outcome
from etl.integrity.update import look_over, run

__all__ = ["Outcome", "look_over", "note_boundaries", "run"]
