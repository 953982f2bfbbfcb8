"""What loading an uploaded file would do, found out and kept beside it, with the workbook of its faults."""

from __future__ import annotations

from pathlib import Path

from dashboard.jobs._reading_told import reading_told
from dashboard.screens.data.heading_corrections import guessed_headings
from dashboard.screens.data.kept_preview import BOOK, KeptPreview, keep_preview, state_of
from dashboard.screens.data.load_result import rejects_book
from dashboard.screens.data.upload_loader import preview_upload
from dashboard.screens.data.uploads import UploadStore, Waiting
from geodata.database.cut_off import is_cut_off
from geodata.errors import UserError
from geodata.freshness import data_version
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.locale import Lang
from geodata.permissions import Permission
from geodata.settings import settings


def _preview_file(job: RunningJob) -> Sentence:
    shelf = UploadStore(settings().home)
    waiting = shelf.find_upload(str(job.arguments["token"]), job.scope.login)
    with shelf.at_hand(waiting) as path:
        keep_preview(path.parent, _found(job, waiting, path))
    return Sentence("job.preview_file.done", {"file": waiting.file})


def _found(job: RunningJob, waiting: Waiting, path: Path) -> KeptPreview:
    state = state_of(waiting, job.query(data_version))
    try:
        preview = preview_upload(job.scope, waiting, path, reading_told(job))
    except UserError as refused:
        if is_cut_off(refused):  # says nothing of the file
            raise
        words = {lang.value: refused.to_sentence(lang) for lang in Lang}
        return KeptPreview(state, refused=words, headings=tuple(guessed_headings(waiting, path)))
    if preview.rejects:
        rejects_book(path.parent / BOOK, preview)
    return KeptPreview(state, preview)


JOB = JobKind(
    key="preview_file", permission=Permission.LOAD_FACTS, run=_preview_file, page="/data/{token}", limit_seconds=1800
)
