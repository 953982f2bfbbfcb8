"""``/sign-in/oidc``: sign-in vouched for by the organisation's OpenID Connect provider; only where one is set.

What an account opens is decided here as always, by its person's posts: the provider only says who somebody is.
"""

from __future__ import annotations

import logging

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response as Answer

from dashboard.request.admission import PUBLIC
from dashboard.request.context import AppContext
from dashboard.request.outside_servers import OutsideWait
from dashboard.request.view import View
from dashboard.screens.sign_in.routes import STATUS, let_in, sign_in_answer, wanted_of
from geodata.accounts import sign_in_attempts
from geodata.locale import translate
from geodata.words.session_words import SignInWay

PERMISSION = PUBLIC
PROVIDER_SECONDS = 5
"""How long the provider may take for each of its answers."""
log = logging.getLogger("grid")
UNBELIEVED = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError)
"""What ends in "the provider did not confirm": it is away, its answer is no answer, or its word is not signed."""


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; without a provider they answer 404.

    Parameters
    ----------
    server
        The Flask server; ``/sign-in/oidc`` and ``/sign-in/oidc/back`` are added.
    ctx
        What every route is given; its settings say who the provider is.
    """
    settings = ctx.settings
    provider = OAuth(server).register(
        "oidc",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": PROVIDER_SECONDS},
    )

    @server.get("/sign-in/oidc")
    def ask_provider() -> Answer:
        if not settings.oidc_issuer:
            abort(404)
        session["next"] = wanted_of(request.args.get("next"))
        try:
            back = f"{settings.own_address}{url_for('back_from_provider')}"
            with OutsideWait():
                return provider.authorize_redirect(back)  # type: ignore[no-any-return]
        except UNBELIEVED as fault:
            return _failed(ctx, "oidc_failed", fault)

    @server.get("/sign-in/oidc/back")
    def back_from_provider() -> Answer:
        if not settings.oidc_issuer:
            abort(404)
        try:
            with OutsideWait():
                token = provider.authorize_access_token()
        except UNBELIEVED as fault:
            return _failed(ctx, "oidc_failed", fault)
        return enter_by_subject(ctx, str(token.get("userinfo", {}).get("sub", "")))


def enter_by_subject(ctx: AppContext, subject: str) -> Answer:
    """The session of the account the provider's subject belongs to, or why there is none.

    Parameters
    ----------
    ctx
        What the route is given.
    subject
        The provider's ``sub``; "" when it said none.

    Returns
    -------
    answer
        A redirect (303) to where the person wanted to go, or the form with 401 or 403.
    """
    wanted = wanted_of(session.get("next"))
    login = ctx.execute_at_door(sign_in_attempts.login_of_subject, subject) if subject else None
    found = ctx.find_visitor(login) if login else None
    state = let_in(ctx, found, SignInWay.OIDC) if found else "oidc_unknown"
    if state == "open":
        return redirect(wanted or "/", 303)
    return _failed(ctx, state)


def _failed(ctx: AppContext, state: str, fault: Exception | None = None) -> Answer:
    if fault is not None:
        log.warning("sign-in by provider: %s", type(fault).__name__)
    view = View()
    sentence = translate(f"door.sign_in.{state}", view.lang)
    return sign_in_answer(ctx, view, wanted_of(session.get("next")), sentence, status=STATUS.get(state, 401))
