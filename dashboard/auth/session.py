"""The session: a signed cookie that names an account, read anew at every request; and what keeps forged posts out."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.request.context import AppContext
from dashboard.request.signed_in import SignedIn
from geodata.secret_keys import kept_key
from geodata.settings import Settings

TOKEN = "_csrf_token"  # noqa: S105
"""Cookie from which Dash reads what it sends back in a header (its own default name)."""

LARGEST = 2 * 2**20
"""Bytes of a request that is no file."""


def install_sessions(server: Flask, ctx: AppContext) -> None:
    """Give ``server`` its sessions.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        Of its settings the key, the hours a session lasts, TLS and the number of trusted proxies; it finds the visitor.
    """
    settings = ctx.settings
    server.config.update(
        SECRET_KEY=settings.secret_key or kept_key(settings.home, "session.key"),
        SESSION_COOKIE_NAME="grid_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=LARGEST,
    )
    _believe_proxies(server, settings)
    manager = LoginManager(server)

    @manager.user_loader
    def load(kept: str) -> SignedIn | None:
        epoch, _, login = kept.partition(":")
        found = ctx.find_visitor(login)
        known = found is not None and found.admitted and str(found.epoch) == epoch
        return SignedIn(found) if found and known else None


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
