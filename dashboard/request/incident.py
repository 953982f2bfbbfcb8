"""A fault of ours: a number for the person, and under that number a line in the log that holds no name."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from uuid import uuid4

log = logging.getLogger("grid")

_ROOT = Path(__file__).parents[2]


def log_incident(where: str = "") -> str:
    """The number of the error being handled; the log gets its type and the places it passed, never its message.

    Messages quote what they stumbled over, and that may be a person's name or number (PIPL art 51).

    Parameters
    ----------
    where
        What was at work, a path or key; it goes into the log.

    Returns
    -------
    number
        8 hex digits, at random.
    """
    number = uuid4().hex[:8]
    kind, _, trace = sys.exc_info()
    steps = " < ".join(_place(frame) for frame in reversed(traceback.extract_tb(trace)))
    log.error("incident %s %s: %s at %s", number, where, kind.__name__ if kind else "-", steps)
    return number


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    known = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-3:])
    return f"{known}:{frame.lineno} {frame.name}"
