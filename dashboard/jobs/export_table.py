"""A list too large for a page to wait for, made into a file for whoever asked, as he sees it when it is made."""

from __future__ import annotations

from dataclasses import asdict

from dashboard.api.asked_table import ADDRESSES, make_table, within_reach
from dashboard.api.query import read_query
from dashboard.api.table_answer import file_name, noted_export
from dashboard.request.context import AppContext
from dashboard.request.signed_in import standing_in
from dashboard.tables.kept_file import KeptFile, keep_file, remove_left_files
from geodata.accounts.sight import current_sight
from geodata.accounts.visitor import find_visitor
from geodata.jobs.job_kind import JobKind, RunningJob, Sentence
from geodata.permissions import Permission
from geodata.settings import settings
from geodata.tables.table_files import KINDS


def _export_table(job: RunningJob) -> Sentence:
    what, known = str(job.arguments["what"]), settings()
    visitor = job.query(find_visitor)
    assert visitor is not None, "a job of nobody's is not begun"
    job.tell(0, 2, Sentence("job.export_table.asking"))
    with standing_in(visitor):
        ctx = AppContext(known, job.engine)
        before = job.query(current_sight)
        query = within_reach(ctx, read_query(job.arguments["asked"], ADDRESSES[what]))
        table = make_table(ctx, query, what)
        # posts may be given or end meanwhile: what the file holds is within one of the two
        sight = before.joined_with(job.query(current_sight))
    rows = len(table.frame)
    job.tell(1, 2, Sentence("job.export_table.writing", {"rows": rows}))
    kind, name = KINDS[query.kind], file_name(table, query)
    noted = asdict(noted_export(query, what, table)) | {"as_of": query.day.isoformat()}
    told = KeptFile(name, what, kind.mimetype, kind.saved, sight, noted)
    keep_file(known.home, job.number, job.attempt, kind.write(table, query.lang), told)
    return Sentence("job.export_table.done", {"name": name, "rows": rows})


JOB = JobKind(
    key="export_table",
    permission=Permission.SEE_AREA,
    run=_export_table,
    page="/jobs/{job}/file",
    limit_seconds=1800,
    makes_file=True,
    tidy=remove_left_files,
)
