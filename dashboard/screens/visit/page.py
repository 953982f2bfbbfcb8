"""``/visit/<number>``: one visit with its photographs and documents."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.attachments.attachment_card import attachment_card
from dashboard.components.cards import card
from dashboard.components.event_list import event_entries
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from geodata.attachments.attachment_list import Owner
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.subjects.timeline import Event, subject_timeline
from geodata.subjects.visit_facts import VisitFacts, get_visit


def layout(ctx: AppContext, view: View, visit_no: str) -> Component:
    """The whole page of one visit.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.
    visit_no
        Number of the visit.

    Returns
    -------
    page
        Complete, without scripts.

    Raises
    ------
    NotFound
        There is no such visit within sight.
    """
    visit: VisitFacts = ctx.query(get_visit, visit_no)
    events: list[Event] = ctx.query(subject_timeline, visit.subject_id, visit.visited_on)
    own = [each for each in events if each.kind == "visit" and each.ref == visit.visit_no]
    subject = f"/subject/{quote(visit.subject_id, safe='')}"
    title = translate("visit.title", view.lang)
    inside = [
        *notices.act_notices(),
        card(title, html.H1(visit.subject_name), event_entries(own, view, subject), beside=visit.visit_no),
        attachment_card(ctx, view, Owner(visit_no=visit.visit_no)),
    ]
    crumbs = [Crumb(visit.subject_name, view.link_to(subject)), Crumb(f"{title} {visit.visit_no}")]
    own_address = f"/visit/{quote(visit.visit_no, safe='')}"
    return plain_frame(view, own_address, crumbs, html.Main(html.Div(inside, className="narrow")), ctx)


PAGE = Page(
    key="visit",
    path="/visit/<path:visit_no>",
    title="visit.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    plain=True,
)
