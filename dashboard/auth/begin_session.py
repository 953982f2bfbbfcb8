"""A session begins: a fresh secret in the cookie, its row in the database, and a device that is known from now on."""

from __future__ import annotations

from flask import request, session
from flask_login import login_user

from dashboard.auth.browser_secrets import keep_device, keyed_hash, new_secret
from dashboard.auth.browser_words import read_browser
from dashboard.request.context import AppContext
from dashboard.request.signed_in import SignedIn
from geodata.accounts import sessions
from geodata.accounts.sessions import Device
from geodata.accounts.visitor import Visitor
from geodata.words.session_words import SignInWay


def begin_session(ctx: AppContext, visitor: Visitor, way: SignInWay) -> None:
    """Let a person in, in the browser of the request at hand; whatever session it had before is forgotten there.

    Parameters
    ----------
    ctx
        Of the request.
    visitor
        Whose identity is proven and whom some post lets in.
    way
        By what it was proven.
    """
    secret, device = new_secret(), Device(keep_device(), *read_browser(request.user_agent.string))
    ctx.execute_at_door(sessions.begin_session, visitor.login, keyed_hash(secret), way, device)
    session.clear()
    session.permanent = True
    login_user(SignedIn(visitor, secret, keyed_hash(secret)))
