"""The work list of the grid: what the checks have found, as rows that are read, given to people, accepted, followed.

What finds the faults is ``etl.integrity``; whoever is signed in sees and changes the items the database lets him.
"""

from geodata.work.acts import accept, assign, reopen
from geodata.work.item import Candidate, LastLook, candidates, item, last_look
from geodata.work.listing import items, unmended
from geodata.work.trail import Change, history

__all__ = [
    "Candidate",
    "Change",
    "LastLook",
    "accept",
    "assign",
    "candidates",
    "history",
    "item",
    "items",
    "last_look",
    "reopen",
    "unmended",
]
