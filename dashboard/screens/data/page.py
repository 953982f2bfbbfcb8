"""``/data``: the place where files come in, and the batches that can be taken back."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.list_pages import read_list_page
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.navigation import Nav, NavGroup
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.data import components, mapping_components
from geodata.database import batches
from geodata.locale import translate
from geodata.permissions import Permission

PAGE_SIZE = 40


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.

    Returns
    -------
    page
        Complete, without scripts; a page of the batches, the newest first.
    """
    page, found = read_list_page(ctx, view, PAGE_SIZE, batches.count_batches, batches.list_batches)
    upload = components.upload_card(view, ctx.settings.upload_mb)
    inside = [
        *notices.act_notices(),
        upload,
        mapping_components.kept_list(view),
        components.batch_list(view, found, page),
    ]
    body = html.Main(html.Div(inside, className="broad"))
    return plain_frame(view, "/data", [Crumb(translate("data.title", view.lang))], body, ctx)


PAGE = Page(
    key="data",
    path="/data",
    title="data.title",
    permission=Permission.LOAD_FACTS,
    layout=layout,
    nav=Nav(NavGroup.DATA, order=20),
    tasks=(Task("data.task", 60),),
    hints=("data_preview",),
    plain=True,
)
