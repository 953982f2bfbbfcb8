"""``/data/<token>``: what an uploaded file would do, seen before anything is written."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notices
from dashboard.components.cards import card
from dashboard.components.job_progress import job_progress, looked_at_again
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.view import View
from dashboard.screens.data import mapping_components
from dashboard.screens.data.asked_preview import GIVEN_UP, look_at_upload
from dashboard.screens.data.fault_lists import differences_card, faults_card
from dashboard.screens.data.fault_sketch import fault_spots
from dashboard.screens.data.file_options import misread_card
from dashboard.screens.data.heading_choices import columns_card, corrections_card
from dashboard.screens.data.kept_preview import KeptPreview
from dashboard.screens.data.load_preview import outcome_card
from dashboard.screens.data.uploads import UploadStore, Waiting
from geodata.jobs.job_list import JobLine
from geodata.levels import current_levels
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.territory.units import unit_shapes


def layout(ctx: AppContext, view: View, token: str) -> Component:
    """The whole page; NotFound when the file is gone or somebody else's.

    Parameters
    ----------
    ctx
        The file is looked at on behalf of the visitor; nothing is written.
    view
        Language, and the day of the towns drawn.
    token
        Token of the upload.

    Returns
    -------
    page
        Complete, without scripts; a file that cannot be read as it stands gives the ways to say it otherwise.

    Raises
    ------
    NotFound
        The file is gone or somebody else's.
    """
    assert ctx.visitor is not None, "the guard lets nobody else in"
    shelf = UploadStore(ctx.settings.home)
    waiting = shelf.find_upload(token, ctx.visitor.login)
    folder = shelf.upload_path(waiting).parent
    found = look_at_upload(ctx, view, waiting, folder)
    known = isinstance(found, KeptPreview)
    parts = _known(ctx, view, waiting, found) if known else _looked_at(view, waiting, found)
    crumbs = [Crumb(translate("data.title", view.lang), view.link_to("/data")), Crumb(waiting.file)]
    body = html.Main(html.Div([*notices.act_notices(), *parts], className="broad"))
    return plain_frame(view, f"/data/{token}", crumbs, body, ctx)


def _looked_at(view: View, waiting: Waiting, job: JobLine) -> list[Component]:
    told = card(waiting.file, job_progress(view, job))
    if job.state not in GIVEN_UP:  # one that is done is followed too: the data have changed while it looked
        return [told, looked_at_again()]
    return [told, misread_card(view, waiting, translate("data.look_failed", view.lang))]


def _known(ctx: AppContext, view: View, waiting: Waiting, kept: KeptPreview) -> list[Component | None]:
    if kept.preview is None:
        refused = (kept.refused or {}).get(view.lang.value, "")
        return [misread_card(view, waiting, refused), corrections_card(view, waiting, list(kept.headings))]
    towns = ctx.query(unit_shapes, current_levels().first, ctx.as_of_day(view), simplify_m=60.0)
    drawing = fault_spots(towns, kept.preview.rejects, view.lang)
    return [
        outcome_card(view, waiting, kept.preview),
        faults_card(view, kept.preview, drawing),
        differences_card(view, kept.preview),
        columns_card(view, waiting, kept.preview),
        mapping_components.save_mapping_card(view, waiting),
    ]


PAGE = Page(
    key="data_file",
    path="/data/<token>",
    title="data.title",
    permission=Permission.LOAD_FACTS,
    layout=layout,
    plain=True,
)
