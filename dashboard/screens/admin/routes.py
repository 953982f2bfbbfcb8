"""``/admin``: what can be done there, each by a form; the database judges every act again."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.components.html_document import html_document
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from dashboard.screens.admin.access_book import access_book
from dashboard.screens.admin.page import PAGE
from dashboard.screens.admin.parts import discover
from dashboard.tables.download_name import content_disposition
from geodata.accounts import audit_trail
from geodata.accounts.audit_trail import Export
from geodata.calendar import today
from geodata.errors import Forbidden, NotFound
from geodata.locale import translate
from geodata.tables.table_files import KINDS

PERMISSION = PAGE.permission


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/admin`` and what is under it are added.
    ctx
        What every route is given.
    """

    @server.get("/admin")
    def first_part() -> Answer:
        mine = next(part.key for part in discover().values() if part.open_to(ctx.visitor))
        return redirect(View.from_args(request.args).link_to(f"/admin/{mine}"), 303)

    @server.post("/admin/<part>/<action>")
    def act(part: str, action: str) -> Answer:
        return perform_action(ctx, View.from_args(request.args), part, action)

    @server.get("/admin/access.xlsx")
    def workbook() -> Response:
        if not discover()["access"].open_to(ctx.visitor):
            raise Forbidden("door.not_for_you")
        lang, kind = View.from_args(request.args).lang, KINDS["xlsx"]
        ctx.execute(audit_trail.note_export, Export("access", "xlsx"))
        found = Response(access_book(ctx, lang), mimetype=kind.mimetype)
        name = f"{translate('admin.access.title', lang)}_{today()}.xlsx"
        found.headers["Content-Disposition"] = content_disposition(name, "access", saved=True)
        return found


def perform_action(ctx: AppContext, view: View, part: str, action: str) -> Answer:
    """Do it and go back to the part with what came of it; a secret is shown on a page of its own, once.

    Parameters
    ----------
    ctx
        The action is done on behalf of the visitor.
    view
        What the answer comes back to.
    part
        Key of a part.
    action
        Key of one of its actions; its form is the request's.

    Returns
    -------
    answer
        A redirect (303) to the part, also when refused; a page that is kept nowhere for a secret, or for a preview.

    Raises
    ------
    NotFound
        There is no such part or action.
    Forbidden
        The part is not the visitor's.
    """
    found = discover().get(part)
    if found is None or action not in found.actions:
        raise NotFound("door.http.404")
    if not found.open_to(ctx.visitor):
        raise Forbidden("door.not_for_you")
    back = view.link_to(f"/admin/{part}")
    with redirect_after(back) as act:
        told = found.actions[action](ctx, request.form, view.lang)
        if told.secret:
            act.answer_with(_shown_once(ctx, view, part, told.sentence, back))
        elif told.page is not None:
            act.answer_with(_shown_before(ctx, view, part, told.page(view)))
        else:
            act.tell_sentence(told.sentence)
    return act.response


def _shown_once(ctx: AppContext, view: View, part: str, secret: str, back: str) -> Response:
    """The page of a sentence that is kept nowhere."""
    way = html.A(translate("admin.back", view.lang), href=back, className="button")
    card = html.Section([html.P(secret, className="secret"), way], className="card")
    return _own_page(ctx, view, part, html.Div(card, className="narrow"))


def _shown_before(ctx: AppContext, view: View, part: str, inside: list[Component]) -> Response:
    """The page of what is to be looked at before it is done."""
    return _own_page(ctx, view, part, html.Div(inside, className="broad"))


def _own_page(ctx: AppContext, view: View, part: str, inside: Component) -> Response:
    crumbs = [Crumb(translate("admin.title", view.lang), view.link_to(f"/admin/{part}"))]
    body = plain_frame(view, f"/admin/{part}", crumbs, html.Main(inside), ctx)
    return html_document(view, translate("admin.title", view.lang), body)
