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
from geodata.errors import NotFound
from geodata.jobs import job_list
from geodata.locale import translate
from geodata.permissions import Permission


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
        components.job_card(view, ctx.visitor, job, kind.page.format(**job.arguments) if kind else "/jobs"),
    ]
    if job.is_open:
        parts.append(looked_at_again())
    crumbs = [Crumb(translate("jobs.title", view.lang), view.link_to("/jobs")), Crumb(str(job.number))]
    body = html.Main(html.Div(parts, className="narrow"))
    return plain_frame(view, f"/jobs/{job.number}", crumbs, body, ctx)


PAGE = Page(
    key="job",
    path="/jobs/<number>",
    title="jobs.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    plain=True,
)
