"""Looking over the whole grid as of today, and bringing the work list up to date."""

from __future__ import annotations

from geodata.calendar import today
from geodata.integrity.run_checks import run_checks
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission


def _check_grid(job: RunningJob) -> Sentence:
    step = Sentence("job.check_grid.step")
    found = job.execute(run_checks, today(), progress=lambda done, whole: job.tell(done, whole, step))
    sums = {name: sum(getattr(each, name) for each in found) for name in ("found", "new", "solved")}
    return Sentence("job.check_grid.done", sums)


JOB = JobKind(key="check_grid", permission=Permission.CHECK_GRID, run=_check_grid, page="/work", limit_seconds=1800)
