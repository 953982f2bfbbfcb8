"""What goes wrong becomes a sentence: a page for a person, JSON for a program; a fault of ours has its number."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from dashboard.app.error_page import SAME_ADDRESS, error_document, fault_page, told_sentence
from dashboard.components.html_document import html_document
from dashboard.request.context import AppContext
from dashboard.request.incident import log_incident
from dashboard.request.json_reply import asked_language, json_refusal, wants_page
from dashboard.request.signed_in import is_known
from dashboard.request.view import View
from geodata.errors import Forbidden, GridError, NotFound, Unavailable, UserError
from geodata.locale import translate
from geodata.outage import outage_of
from geodata.territory.ended_unit import UnitEnded

AGAIN_SECONDS = 3
"""After how long to ask again while the database is away."""
_SAID = frozenset({400, 401, 403, 404, 405, 413, 415})
"""Statuses with a sentence of their own (``door.http.<status>``)."""


def install_error_pages(server: Flask, ctx: AppContext) -> None:
    """Answer for every error a view lets through.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        Knows the navigation and who is asking.
    """
    told = partial(_told, ctx)

    @server.errorhandler(GridError)
    def on_purpose(fault: GridError) -> Response:
        if not wants_page():
            sentence = told_sentence(fault, asked_language())
            return json_refusal(sentence, fault.http_status, **_beside(fault))
        view, status = View.from_args(request.args), fault.http_status
        page = fault_page(view, fault, _who_asks(ctx, status), _path())
        return html_document(view, translate(fault.banner, view.lang), page, status)

    @server.errorhandler(CSRFError)
    def forged(_fault: CSRFError) -> Response:
        return told(translate("door.forged", asked_language()), 400, UserError.banner)

    @server.errorhandler(HTTPException)
    def of_the_protocol(fault: HTTPException) -> Response | HTTPException:
        status = fault.code or 500
        if status < 400:
            return fault
        sentence = translate(f"door.http.{status if status in _SAID else 400}", asked_language())
        answer = told(sentence, status, _banner(status))
        answer.headers.extend({name: value for name, value in fault.get_headers() if name in {"Allow", "Retry-After"}})
        return answer

    @server.errorhandler(DependencyException)
    def no_such_script(_fault: DependencyException) -> Response:
        return told(translate("door.http.404", asked_language()), 404, NotFound.banner)

    server.errorhandler(Exception)(partial(_ours, ctx))


def _ours(ctx: AppContext, fault: Exception) -> Response:
    if outage := outage_of(fault):
        return _told_to_wait(ctx, outage)
    sentence = translate("ui.broken.text", asked_language(), incident=log_incident(request.path))
    return _told(ctx, sentence, 500, GridError.banner)


def _told_to_wait(ctx: AppContext, outage: Unavailable) -> Response:
    """What was asked for may be had a little later; a page that only looks is asked for again without a click."""
    logging.getLogger("grid").warning("%s: %s", request.path, outage.text)
    answer = _told(ctx, outage.to_sentence(asked_language()), outage.http_status, outage.banner)
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    if request.method == "GET":
        answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


def _banner(status: int) -> str:
    """The heading of an error of the protocol: that of the class with its status, or of what was not done."""
    kinds = {401: Forbidden, 403: Forbidden, 404: NotFound}
    return kinds.get(status, UserError if status < 500 else GridError).banner


def _path() -> str:
    return SAME_ADDRESS if request.method == "GET" else "/"


def _beside(fault: GridError) -> dict[str, Any]:
    """What a program is told beside the sentence: of a unit that has ended, its last day and what came after it."""
    if not isinstance(fault, UnitEnded) or fault.unit is None:
        return {}
    after = [
        {"code": each.code, "name": each.name, "how": each.how.value, "from_on": each.from_on.isoformat()}
        for each in fault.unit.successors
    ]
    return {"ended": {"code": fault.unit.code, "last_on": fault.unit.last_on.isoformat(), "successors": after}}


def _told(ctx: AppContext, sentence: str, status: int, banner: str) -> Response:
    if not wants_page():
        return json_refusal(sentence, status)
    return error_document(View.from_args(request.args), sentence, status, banner, _who_asks(ctx, status), _path())


def _who_asks(ctx: AppContext, status: int) -> AppContext | None:
    """The context, where whoever asks is known or can still be found out; None where even that goes wrong."""
    if not is_known() and status >= 500:
        return None
    try:
        _ = ctx.visitor
    except (GridError, SQLAlchemyError) as fault:  # the error at hand is told
        logging.getLogger("grid").warning("error page without a header: %s", type(fault).__name__)
        return None
    return ctx
