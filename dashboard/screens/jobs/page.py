"""``/jobs``: the jobs one may see, newest first."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.job_progress import looked_at_again
from dashboard.components.list_pages import read_list_page
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.navigation import Nav, NavGroup
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.jobs import components
from geodata.jobs import job_list
from geodata.locale import translate
from geodata.permissions import Permission

PAGE_SIZE = 40


def layout(ctx: AppContext, view: View) -> Component:
    """The list, looked at again every few seconds while a job of it is open.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, and the page of the list.

    Returns
    -------
    page
        Complete, without scripts.
    """
    page, found = read_list_page(ctx, view, PAGE_SIZE, job_list.count_jobs, job_list.list_jobs)
    inside = [*notices.act_notices(), components.job_table(view, ctx.visitor, found, page)]
    if any(each.is_open for each in found):
        inside.append(looked_at_again())
    body = html.Main(html.Div(inside, className="broad"))
    return plain_frame(view, "/jobs", [Crumb(translate("jobs.title", view.lang))], body, ctx)


PAGE = Page(
    key="jobs",
    path="/jobs",
    title="jobs.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    nav=Nav(NavGroup.DATA, order=40),
    tasks=(Task("jobs.task", 85),),
    plain=True,
)
