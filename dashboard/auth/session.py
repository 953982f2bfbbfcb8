"""The session: a signed cookie naming a row of the database, asked at every request; and what keeps forgeries out."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.auth.browser_secrets import keyed_hash
from dashboard.auth.callback_payload import read_payload
from dashboard.request import signed_in
from dashboard.request.context import AppContext
from dashboard.request.signed_in import SignedIn
from geodata.accounts import sessions
from geodata.database.scope import Scope, door_transaction, read_transaction
from geodata.secret_keys import kept_key
from geodata.settings import Settings
from geodata.words.session_words import SessionState

TOKEN = "_csrf_token"  # noqa: S105
"""Cookie from which Dash reads what it sends back in a header (its own default name)."""

LARGEST = 2 * 2**20
"""Bytes of a request that is no file."""
COOKIE_HOLDS = timedelta(days=7)
"""Longer than any session: the row in the database ends one, and a browser that still names it is told why."""


def install_sessions(server: Flask, ctx: AppContext) -> None:
    """Give ``server`` its sessions.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        Of its settings the key, TLS and the number of trusted proxies; it asks how a session stands.
    """
    settings = ctx.settings
    server.config.update(
        SECRET_KEY=settings.secret_key or kept_key(settings.home, "session.key"),
        SESSION_COOKIE_NAME="grid_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=COOKIE_HOLDS,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=LARGEST,
    )
    _believe_proxies(server, settings)
    manager = LoginManager(server)

    @manager.user_loader
    def load(kept: str) -> SignedIn | None:
        secret, _, login = kept.partition(":")
        hashed = keyed_hash(secret)
        with read_transaction(ctx.engine, Scope(login, signed_in.remote_address())) as db:
            found = sessions.find_session(db, hashed)
        signed_in.note_state("closed" if found.state is SessionState.OPEN else found.state)
        if found.visitor is None or not found.visitor.admitted:
            return None
        if found.is_due and _is_persons():
            _note_use(ctx, hashed)
        return SignedIn(found.visitor, secret, hashed)


def _note_use(ctx: AppContext, session_hash: str) -> None:
    """In nobody's name: who it is has not been told to the request yet."""
    assert ctx.door is not None, "jobs let nobody in"
    with door_transaction(ctx.door, Scope("", signed_in.remote_address())) as db:
        sessions.use_session(db, session_hash)


def _is_persons() -> bool:
    """Whether somebody is there who asks: no clock of a page's own, and no page that a browser asks for by itself.

    The second is told to servers that people reach by https alone; elsewhere a page counts as asked for by a person.
    """
    payload = read_payload() if request.is_json else None
    changed = payload.get("changedPropIds") if isinstance(payload, dict) else None
    if isinstance(changed, list) and changed and all(str(each).endswith(".n_intervals") for each in changed):
        return False
    return request.headers.get("Sec-Fetch-Mode") != "navigate" or "Sec-Fetch-User" in request.headers


def refuse_forgeries(server: Flask, settings: Settings) -> None:
    """Take no form and no callback that a page of ours did not make; stands behind the guard, which asks who it is.

    Parameters
    ----------
    server
        The application's Flask server, with sessions and guard.
    settings
        With ``tls`` the token's cookie is sent by HTTPS alone.
    """
    CSRFProtect(server)

    @server.after_request
    def hand_out_token(answer: Response) -> Response:
        if answer.mimetype == "text/html" and answer.status_code == 200:
            answer.set_cookie(TOKEN, generate_csrf(), samesite="Strict", secure=settings.tls)
        return answer


def _believe_proxies(server: Flask, settings: Settings) -> None:
    count = settings.trusted_proxies
    if count:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            server.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
