"""Attachments tidied now; the worker does the same once an hour by itself."""

from __future__ import annotations

from functools import partial

from geodata.attachments.attachment_store import open_store
from geodata.attachments.tidy_attachments import tidy_attachments
from geodata.database.scope import write_transaction
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission
from geodata.settings import settings


def _tidy_files(job: RunningJob) -> Sentence:
    tidied = tidy_attachments(partial(write_transaction, job.engine, job.scope), open_store(settings()))
    return Sentence("job.tidy_files.done", {"rows": tidied.rows, "files": tidied.files})


JOB = JobKind(key="tidy_files", permission=Permission.SEE_JOBS, run=_tidy_files, page="/jobs", limit_seconds=3 * 3600)
