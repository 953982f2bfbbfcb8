"""An uploaded file loaded whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.jobs._reading_told import reading_told
from dashboard.screens.data.load_result import loaded_sentence
from dashboard.screens.data.upload_loader import remove_left_drafts, take_in
from dashboard.screens.data.uploads import UploadStore
from geodata.errors import Rejected
from geodata.jobs.job_kind import JobKind, KeptJob, RunningJob, Sentence
from geodata.permissions import Permission
from geodata.settings import settings


def _load_file(job: RunningJob) -> Sentence:
    shelf = UploadStore(settings().home)
    waiting = shelf.find_upload(str(job.arguments["token"]), job.scope.login)
    with shelf.at_hand(waiting) as path:
        reports = take_in(job.scope, waiting, path, reading_told(job))
    told = loaded_sentence(reports, job.lang)
    if not all(each.loaded for each in reports if each.kind):
        raise Rejected(told)
    # the file stays until it is thrown away with old ones: a job that is begun again must find it
    return Sentence("job.load_file.done", {"told": told})


def _tidy(home: Path, jobs: Sequence[KeptJob]) -> int:
    """Files that wait for a load, and what killed loads have left."""
    return UploadStore(home).remove_old_uploads(jobs) + remove_left_drafts()


JOB = JobKind(
    key="load_file",
    permission=Permission.LOAD_FACTS,
    run=_load_file,
    page="/data",
    limit_seconds=3 * 3600,
    tidy=_tidy,
)
