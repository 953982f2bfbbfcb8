"""The way to a file that a job makes: a page for a person, an address to ask again for a program."""

from __future__ import annotations

import json

from flask import Response, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.view import View
from geodata.jobs.job_list import JobLine
from geodata.vocabulary import JobState

AGAIN_SECONDS = 2


def way_to_file(view: View, job: JobLine) -> Answer:
    """Where the file of a job is, or will be.

    Parameters
    ----------
    view
        Language, as the address says it.
    job
        As it stands.

    Returns
    -------
    answer
        A browser is led (303) to the file of a job that is done, else to the job's page. A program is told (202) the
        job, its state and the address at which the file will be.
    """
    page, file = f"/jobs/{job.number}", f"/jobs/{job.number}/file"
    if "text/html" in request.headers.get("Accept", ""):
        return redirect(view.link_to(file if job.state is JobState.DONE else page), 303)
    told = {"job": job.number, "state": job.state.value, "page": page, "file": file}
    answer = Response(json.dumps(told), 202, mimetype="application/json")
    answer.headers["Location"] = view.link_to(file)
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    return answer
