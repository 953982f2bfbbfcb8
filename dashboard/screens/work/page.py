"""``/work``: what is wrong with the grid, within the visitor's sight, and how clean it is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.asked_view import require_choice
from dashboard.request.context import AppContext
from dashboard.request.navigation import Nav, NavGroup
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from dashboard.screens.work import components, grid_acts
from dashboard.screens.work.view_model import STANDS, WorkViewModel
from geodata.calendar import today
from geodata.integrity.work_counts import count_by_standing
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.territory.units import get_unit
from geodata.vocabulary import OPEN_WORK


def layout(ctx: AppContext, view: View) -> Component:
    """The work list's page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Unit, standing, check and the text looked for, as the address says them.

    Returns
    -------
    page
        Complete, without scripts; as of today.

    Raises
    ------
    Forbidden
        The unit is above the own area.
    NotFound
        The unit is not in force today.
    UserError
        No item can stand so.
    """
    if view.unit:
        ctx.must_open(view.unit)
    require_choice("only", view.only, STANDS[1:])
    model = WorkViewModel(ctx, view)
    parts = [
        *notices.act_notices(),
        components.grid_summary(model),
        components.item_list(model),
        grid_acts.merges_card(model),
    ]
    title = translate("work.title", view.lang)
    crumbs = [Crumb(title, view.link_to("/work", unit=None) if view.unit else None)]
    if model.unit and view.unit:
        crumbs.append(Crumb(ctx.cached_query(get_unit, model.unit, model.day).name))
    return plain_frame(view, "/work", crumbs, html.Main(html.Div(parts, className="broad")), ctx)


def open_items(ctx: AppContext, view: View) -> str:
    """How many items of the own area are open, in words.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the language.

    Returns
    -------
    words
        Counted as on the page itself, as of today.
    """
    counts = ctx.cached_query(count_by_standing, today(), ctx.resolve_unit(None))
    return translate("work.task.count", view.lang, count=sum(each.items for each in counts if each.state in OPEN_WORK))


PAGE = Page(
    key="work",
    path="/work",
    title="work.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    nav=Nav(NavGroup.DATA, order=30, title="work.nav"),
    tasks=(Task("work.task", 50, permission=Permission.MEND_GRID, count=open_items),),
    hints=("work_items",),
    plain=True,
)
