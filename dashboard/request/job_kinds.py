"""The kinds of job there are: a file each, in the room whose work it does."""

from __future__ import annotations

from functools import cache

from geodata.jobs.job_kind import JobKind
from geodata.plugins import discover

ROOMS = ("etl.jobs", "dashboard.jobs")


@cache
def discover_jobs() -> dict[str, JobKind]:
    """Every kind of job of all rooms.

    Returns
    -------
    kinds
        Key → kind.

    Raises
    ------
    TypeError
        A file is not as a plug-in must be, or a key stands twice.
    """
    return discover(ROOMS, "JOB", JobKind)
