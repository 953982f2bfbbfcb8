"""``/work/item?item=…``: one fault of the grid, and what is done about it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.work import item_components
from dashboard.screens.work.view_model import WorkViewModel
from geodata.locale import translate
from geodata.permissions import Permission


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page of one item.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language and item, as the address says them.

    Returns
    -------
    page
        Complete, without scripts.

    Raises
    ------
    NotFound
        There is no such item within sight.
    """
    found = [*notices.act_notices(), *item_components.item_parts(WorkViewModel(ctx, view))]
    crumbs = [
        Crumb(translate("work.title", view.lang), view.link_to("/work", item=None)),
        Crumb(translate(f"work.{str(view.item).partition(':')[0]}.name", view.lang)),
    ]
    return plain_frame(view, "/work/item", crumbs, html.Main(html.Div(found, className="narrow")), ctx)


PAGE = Page(
    key="work_item",
    path="/work/item",
    title="work.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    plain=True,
)
