"""What goes wrong becomes a sentence: a page for a person, JSON for a program; a fault of ours has its number."""

from __future__ import annotations

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dashboard.components.html_document import refusal_document
from dashboard.request.incident import log_incident
from dashboard.request.json_reply import asked_language, json_refusal
from dashboard.request.view import View
from geodata.errors import Forbidden, GridError, NotFound, UserError
from geodata.locale import translate

_SAID = frozenset({400, 401, 403, 404, 405, 413, 415})
"""Statuses with a sentence of their own (``door.http.<status>``)."""


def install_error_pages(server: Flask) -> None:
    """Answer for every error a view lets through.

    Parameters
    ----------
    server
        The application's Flask server.
    """

    @server.errorhandler(GridError)
    def on_purpose(fault: GridError) -> Response:
        return _told(fault.to_sentence(asked_language()), fault.http_status, fault.banner)

    @server.errorhandler(CSRFError)
    def forged(_fault: CSRFError) -> Response:
        return _told(translate("door.forged", asked_language()), 400, UserError.banner)

    @server.errorhandler(HTTPException)
    def of_the_protocol(fault: HTTPException) -> Response | HTTPException:
        status = fault.code or 500
        if status < 400:
            return fault
        sentence = translate(f"door.http.{status if status in _SAID else 400}", asked_language())
        answer = _told(sentence, status, _banner(status))
        answer.headers.extend({name: value for name, value in fault.get_headers() if name in {"Allow", "Retry-After"}})
        return answer

    @server.errorhandler(DependencyException)
    def no_such_script(_fault: DependencyException) -> Response:
        return _told(translate("door.http.404", asked_language()), 404, NotFound.banner)

    @server.errorhandler(Exception)
    def ours(_fault: Exception) -> Response:
        return _told(
            translate("ui.broken.text", asked_language(), incident=log_incident(request.path)), 500, GridError.banner
        )


def _banner(status: int) -> str:
    """The heading of an error of the protocol: that of the class with its status, or of what was not done."""
    kinds = {401: Forbidden, 403: Forbidden, 404: NotFound}
    return kinds.get(status, UserError if status < 500 else GridError).banner


def _told(sentence: str, status: int, banner: str) -> Response:
    if "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/_dash"):
        return refusal_document(View.from_args(request.args), sentence, status, banner)
    return json_refusal(sentence, status)
