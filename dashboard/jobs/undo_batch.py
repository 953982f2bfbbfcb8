"""A batch taken back, with all it added, changed and removed."""

from __future__ import annotations

from dashboard.screens.data.upload_loader import take_back
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission


def _undo_batch(job: RunningJob) -> Sentence:
    undone = take_back(job.scope, int(job.arguments["number"]), again=job.attempt > 1)
    return Sentence("job.undo_batch.done", {"number": undone.id, "file": undone.file_name})


JOB = JobKind(key="undo_batch", permission=Permission.LOAD_FACTS, run=_undo_batch, page="/data", limit_seconds=3 * 3600)
