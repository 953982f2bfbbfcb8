"""``/jobs/<number>``: how far one job is, and what came of it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.job_progress import looked_at_again
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.job_kinds import discover_jobs
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.jobs import components
from dashboard.screens.jobs.components import Onward
from geodata.errors import NotFound
from geodata.jobs import job_list
from geodata.jobs.job_kind import JobKind
from geodata.jobs.job_list import JobLine
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.vocabulary import JobState


def layout(ctx: AppContext, view: View, number: str) -> Component:
    """One job; looked at again every second or two while it is open.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    number
        Of the job, as the address says it.

    Returns
    -------
    page
        Complete, without scripts.

    Raises
    ------
    NotFound
        There is no such job that one may see.
    """
    if not number.isdecimal() or len(number) > 18:
        raise NotFound("job.not_there", number=number[:40])
    job = ctx.query(job_list.get_job, int(number))
    kind = discover_jobs().get(job.kind)
    parts = [
        *notices.act_notices(),
        components.job_card(view, ctx.visitor, job, _way_onward(job, kind, ctx.login)),
    ]
    if job.is_open:
        parts.append(looked_at_again())
    crumbs = [Crumb(translate("jobs.title", view.lang), view.link_to("/jobs")), Crumb(str(job.number))]
    body = html.Main(html.Div(parts, className="narrow"))
    return plain_frame(view, f"/jobs/{job.number}", crumbs, body, ctx)


def _way_onward(job: JobLine, kind: JobKind | None, login: str) -> Onward | None:
    """Where what came of it is looked at; a file is there only once it is made, and only for whoever asked for it."""
    if kind is None:
        return Onward("/jobs")
    if kind.makes_file and (job.state is not JobState.DONE or job.login != login):
        return None
    return Onward(kind.page.format(**job.arguments | {"job": job.number}), is_file=kind.makes_file)


PAGE = Page(
    key="job",
    path="/jobs/<number>",
    title="jobs.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    plain=True,
)
