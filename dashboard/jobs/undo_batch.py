"""A batch taken back, with all it added, changed and removed."""

from __future__ import annotations

from dashboard.screens.data.upload_loader import take_back
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission


def _undo_batch(job: RunningJob) -> Sentence:
    step, number = Sentence("job.undo_batch.step"), int(job.arguments["number"])
    undone = take_back(job.scope, number, lambda done, whole: job.tell(done, whole, step), again=job.attempt > 1)
    return Sentence("job.undo_batch.done", {"number": undone.id, "file": undone.file_name})


JOB = JobKind(key="undo_batch", permission=Permission.LOAD_FACTS, run=_undo_batch, page="/data", limit_seconds=3 * 3600)
