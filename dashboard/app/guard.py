"""Before every address: for whom it is, and whether whoever asks is one of them. What nobody has opened is shut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from dash import Dash
from flask import Response, abort, redirect, request

from dashboard.app.error_page import error_document
from dashboard.app.token_door import TokenDoor, ask_for_token
from dashboard.auth import callback_payload
from dashboard.request import signed_in
from dashboard.request.admission import PUBLIC, Asked, admits_visitor
from dashboard.request.asked_view import require_readable
from dashboard.request.context import AppContext
from dashboard.request.json_reply import json_refusal, wants_page
from dashboard.request.pages import Page, find_page
from dashboard.request.view import View
from geodata.errors import Forbidden, UserError
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.signs.refused_signs import refuse_unfit

CALLBACKS = "/_dash-update-component"
SCREENS = frozenset({"/", "/<path:path>"})
"""Dash's endpoints behind which every screen stands."""

DASH: dict[str, Asked] = {
    CALLBACKS: PUBLIC,  # judged by callback
    "/": PUBLIC,  # judged by screen
    "/<path:path>": PUBLIC,
    "/_dash-layout": Permission.SEE_AREA,
    "/_dash-dependencies": Permission.SEE_AREA,
    "/_reload-hash": Permission.SEE_AREA,
    "/_favicon.ico": PUBLIC,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": PUBLIC,
    "_dash_assets.static": PUBLIC,
}
"""Dash's own endpoints; scripts and styles hold no fact."""


@dataclass
class Guard:
    """Knows for whom every endpoint and every server callback of an application is."""

    app: Dash
    pages: Sequence[Page]
    door: TokenDoor
    endpoints: dict[str, Asked] = field(default_factory=lambda: dict(DASH))
    callbacks: dict[str, Asked] = field(default_factory=dict)
    large: dict[str, int] = field(default_factory=dict)
    """Endpoints that take files, and how many bytes at most."""
    feeds: set[str] = field(default_factory=set)
    """Endpoints that are also read by a personal token."""
    own_readers: set[str] = field(default_factory=set)
    """Endpoints that judge their parameters themselves."""

    @contextmanager
    def require_permission(self, asked: Asked, *, tokens: bool = False) -> Iterator[None]:
        """Whatever endpoint or callback is added meanwhile asks for ``asked``.

        Parameters
        ----------
        asked
            One permission, several of which one is enough, or ``PUBLIC``.
        tokens
            Whether programs read the endpoints by a personal token too.

        Yields
        ------
        nothing
            What was added is known on leaving without an error.
        """
        views, calls = set(self.app.server.view_functions), self._served()
        yield
        added = set(self.app.server.view_functions) - views
        self.endpoints |= dict.fromkeys(added, asked)
        self.feeds |= added if tokens else set()
        self.callbacks |= dict.fromkeys(self._served() - calls, asked)

    def _served(self) -> set[str]:
        """The callbacks the server answers; those of the browser alone have no function here."""
        return {output for output, entry in self.app.callback_map.items() if "callback" in entry}

    def watch_requests(self) -> None:
        """Stand before every request."""
        self.app.server.before_request(self.judge_request)

    def judge_request(self) -> Any:
        """None to let the request through; else the answer it gets instead.

        Returns
        -------
        answer
            A page or JSON with 400, 401, 403, 404 or 429, or a redirect to sign in.

        Raises
        ------
        NotFound
            Nobody has opened the endpoint (werkzeug's own 404).
        RequestEntityTooLarge
            The request has more bytes than the endpoint takes (werkzeug's own 413).
        UserError
            A parameter of the address cannot be meant (``require_readable``), the address holds a sign that nothing
            here can, or a form one that no text may hold.
        """
        endpoint = request.endpoint
        refused = self.door.refuse_exposed() or self.door.judge_token(feed=endpoint in self.feeds)
        if refused is not None or endpoint is None:
            return refused  # where there is no address, Flask answers 404 or 405, and holds nothing
        if callback_payload.holds_unspeakable([request.path, *request.args.values()]):
            raise UserError("door.malformed")
        request.max_content_length = self.large.get(endpoint, request.max_content_length)
        if endpoint == CALLBACKS:
            return self._callback()
        if endpoint in SCREENS:
            page, _ = find_page(self.pages, quote(request.path))
            return self._admit(page.permission if page else Permission.SEE_AREA, screen=True) or self._read(endpoint)
        asked = self.endpoints.get(endpoint)
        if asked is None:
            abort(404)
        denied = self._admit(asked, screen=endpoint.startswith("page "))
        if denied is None:
            refuse_unfit(request.form.values())
        return denied or self._read(endpoint) or self.door.refuse_written()

    def _read(self, endpoint: str) -> None:
        """Refuse an address that says what cannot be meant."""
        if endpoint not in self.own_readers:
            require_readable(request.args)

    def _callback(self) -> Any:
        payload = callback_payload.read_payload()
        output = payload.get("output") if isinstance(payload, dict) else None
        asked = self.callbacks.get(output) if isinstance(output, str) else None
        lang = View().lang
        if asked is None:
            return json_refusal(translate("door.no_callback", lang), 404)
        denied = self._admit(asked, screen=False)
        if denied is None and not callback_payload.payload_fits(self.app, payload):
            return json_refusal(translate("door.malformed", lang), 400)
        return denied or self.door.refuse_written()

    def _admit(self, asked: Asked, *, screen: bool) -> Response | Any:
        if asked is PUBLIC:
            return None
        visitor = signed_in.current_visitor()
        if visitor is not None:
            self.door.ctx.use_levels()
        view = View.from_args(request.args)
        if admits_visitor(asked, visitor):
            return None
        # a file or a form of a person's is answered by a page too; where programs read they are told how to come in
        screen = screen or (wants_page() and request.endpoint not in self.feeds)
        if visitor is None and screen:
            return _to_sign_in()
        if visitor is None:
            first = json_refusal(translate("door.sign_in_first", view.lang), 401)
            return ask_for_token(first) if request.endpoint in self.feeds else first
        sentence = translate("door.not_for_you", view.lang)
        return _refused_page(view, sentence, self.door.ctx) if screen else json_refusal(sentence, 403)


def _refused_page(view: View, sentence: str, ctx: AppContext) -> Response:
    return error_document(view, sentence, 403, Forbidden.banner, ctx)


def _to_sign_in() -> Any:
    """To the sign-in page, and from there to where the person wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    lang = View.from_args(request.args).lang
    asked = f"?next={quote(wanted, safe='')}" if wanted != "/" else "?"
    return redirect(f"/sign-in{asked}{'' if lang is View().lang else f'&lang={lang}'}".rstrip("?"), 303)
