"""A file that is too large to be made while somebody waits: the job that makes it, and the way there."""

from __future__ import annotations

import hashlib
import json

from flask import request
from werkzeug.wrappers import Response as Answer

from dashboard.api.query import Query
from dashboard.request.context import AppContext
from dashboard.request.file_of_job import way_to_file
from dashboard.request.started_job import begin_job
from dashboard.request.view import View


def table_by_job(ctx: AppContext, query: Query, what: str) -> Answer:
    """Have the file made by a job; asked again meanwhile, the one that is under way is meant.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    query
        The question, as far as the visitor may ask it.
    what
        Name of the list in ASCII, as in the address.

    Returns
    -------
    answer
        As ``way_to_file``.
    """
    # the day and the words are those of the click; whose area it is, is judged anew when the job begins
    said = {"asof": query.day.isoformat(), "format": query.kind, "lang": query.lang.value}
    asked = {name: value for name, value in request.args.items() if value} | said
    digest = hashlib.sha256(json.dumps([what, asked], sort_keys=True).encode()).hexdigest()[:24]
    view = View(lang=query.lang)
    job = begin_job(ctx, view, "export_table", f"export_table:{ctx.login}:{digest}", {"what": what, "asked": asked})
    return way_to_file(view, job)
