"""What jobs leave behind: those over long enough are forgotten, and each kind tidies the folders it writes into."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine, text

from geodata.jobs.job_kind import JobKind, KeptJob


def tidy_up(queue: Engine, kinds: Mapping[str, JobKind], home: Path) -> dict[str, int]:
    """Forget old jobs, and throw away what no job and no page needs any more; what was thrown away stands in the log.

    Parameters
    ----------
    queue
        Engine of the worker's role.
    kinds
        Key → kind of job; one that cannot tidy is told in the log and keeps none of the others from it.
    home
        The folder that holds everything the program writes.

    Returns
    -------
    gone
        Key of a kind → how much of what it had left is gone; ``jobs`` → how many jobs are forgotten. What is 0 is not
        there.
    """
    with queue.begin() as db:
        gone = {"jobs": int(db.execute(text("SELECT grid.forget_old_jobs()")).scalar_one())}
        known = [KeptJob(**row) for row in db.execute(text("SELECT * FROM grid.kept_jobs()")).mappings()]
    log = logging.getLogger(__name__)
    for key, kind in kinds.items():
        if kind.tidy is not None:
            try:
                gone[key] = kind.tidy(home, known)
            except OSError:
                log.exception("tidying after %s", key)
    gone = {key: count for key, count in gone.items() if count}
    if gone:
        log.warning("tidied: %s", ", ".join(f"{key} {count}" for key, count in gone.items()))
    return gone
