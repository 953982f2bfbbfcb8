"""An uploaded file loaded whole, or not at all."""

from __future__ import annotations

from dashboard.screens.data.load_result import loaded_sentence
from dashboard.screens.data.upload_loader import take_in
from dashboard.screens.data.uploads import UploadStore
from geodata.errors import Rejected
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission
from geodata.settings import settings


def _load_file(job: RunningJob) -> Sentence:
    shelf = UploadStore(settings().home)
    waiting = shelf.find_upload(str(job.arguments["token"]), job.scope.login)
    reports = take_in(job.scope, waiting, shelf.upload_path(waiting))
    told = loaded_sentence(reports, job.lang)
    if not all(each.loaded for each in reports if each.kind):
        raise Rejected(told)
    # the file stays until it is thrown away with old ones: a job that is begun again must find it
    return Sentence("job.load_file.done", {"told": told})


JOB = JobKind(key="load_file", permission=Permission.LOAD_FACTS, run=_load_file, page="/data", limit_seconds=3 * 3600)
