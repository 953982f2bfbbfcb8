"""``/me/password``: a new password for whoever is signed in, who must know the present one."""

from __future__ import annotations

from flask import Flask, flash, redirect, request
from flask_login import login_user
from werkzeug.wrappers import Response as Answer

from dashboard.auth import password
from dashboard.request.audience import Audience
from dashboard.request.context import AppContext
from dashboard.request.signed_in import SignedIn
from dashboard.request.view import View
from geodata.accounts import account_admin
from geodata.errors import GridError
from geodata.locale import say

AUDIENCE = Audience.STAFF


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route."""

    @server.post("/me/password")
    def change_password() -> Answer:
        view, said = View.read(request.args), request.form
        fault = changed(ctx, said.get("old", ""), said.get("new", ""), said.get("again", ""))
        flash(say("me.saved", view.lang) if fault is None else fault.sentence(view.lang))
        return redirect(view.link("/me"), 303)


def changed(ctx: AppContext, old: str, new: str, again: str) -> GridError | None:
    """The password is the new one and other sessions have ended, or why not."""
    visitor = ctx.visitor
    assert visitor is not None, "the guard lets nobody else in"
    state, kept = ctx.execute(account_admin.sign_in_try, visitor.login)
    if state != "ask" or not password.password_matches(kept, old):
        return GridError("me.old_wrong" if state == "ask" else "door.sign_in.locked")
    ctx.execute(account_admin.sign_in_ended, visitor.login, "signed_in", "password change")
    if new != again:
        return GridError("me.not_same")
    try:
        ctx.execute(account_admin.set_own_password, password.hash_password(new))
    except GridError as refused:
        return refused
    found = ctx.find_visitor(visitor.login)
    if found:
        login_user(SignedIn(found))
    return None
