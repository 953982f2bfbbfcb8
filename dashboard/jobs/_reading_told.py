"""How far a file is read, told of its job."""

from __future__ import annotations

import time
from collections.abc import Callable

from geodata.jobs.job_kind import RunningJob, Sentence

TELL_SECONDS = 0.5


def reading_told(job: RunningJob) -> Callable[[str, int, int | None], None]:
    """What tells of a job how many rows of its file are read.

    Parameters
    ----------
    job
        At work.

    Returns
    -------
    progress
        As ``load_files`` takes it; told twice a second at most, and at the end of a sheet whose rows are known.
    """
    last = 0.0

    def tell(file: str, read: int, rows: int | None) -> None:
        nonlocal last
        if read == rows or time.monotonic() - last >= TELL_SECONDS:
            last = time.monotonic()
            whole = rows or 0  # of a file whose rows are not counted beforehand the words alone say how far it is
            job.tell(min(read, whole), whole, Sentence("job.reading", {"file": file, "rows": read}))

    return tell
