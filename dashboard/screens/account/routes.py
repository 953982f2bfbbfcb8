"""``/me/password``: a new password for whoever is signed in, who must know the present one."""

from __future__ import annotations

from flask import Flask, flash, redirect, request
from flask_login import login_user
from werkzeug.wrappers import Response as Answer

from dashboard.auth import password
from dashboard.request.audience import Audience
from dashboard.request.context import Desk
from dashboard.request.signed_in import SignedIn
from dashboard.request.view import View
from geodata.accounts import account_admin
from geodata.errors import GridError
from geodata.locale import say

AUDIENCE = Audience.STAFF


def register(server: Flask, desk: Desk) -> None:
    """Add the route."""

    @server.post("/me/password")
    def change_password() -> Answer:
        view, said = View.read(request.args), request.form
        fault = changed(desk, said.get("old", ""), said.get("new", ""), said.get("again", ""))
        flash(say("me.saved", view.lang) if fault is None else fault.sentence(view.lang))
        return redirect(view.link("/me"), 303)


def changed(desk: Desk, old: str, new: str, again: str) -> GridError | None:
    """The password is the new one and other sessions have ended, or why not."""
    visitor = desk.visitor
    assert visitor is not None, "the guard lets nobody else in"
    state, kept = desk.change(account_admin.sign_in_try, visitor.login)
    if state != "ask" or not password.matches(kept, old):
        return GridError("me.old_wrong" if state == "ask" else "door.sign_in.locked")
    desk.change(account_admin.sign_in_ended, visitor.login, "signed_in", "password change")
    if new != again:
        return GridError("me.not_same")
    try:
        desk.change(account_admin.set_own_password, password.hashed(new))
    except GridError as refused:
        return refused
    found = desk.arriving(visitor.login)
    if found:
        login_user(SignedIn(found))
    return None
