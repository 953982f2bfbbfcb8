"""``/me/password``: a new password for whoever is signed in, who must know the present one."""

from __future__ import annotations

from flask import Flask, request
from flask_login import login_user
from werkzeug.wrappers import Response as Answer

from dashboard.auth import password
from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.signed_in import SignedIn
from dashboard.request.view import View
from geodata.accounts import account_admin, sign_in_attempts
from geodata.errors import UserError
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route.

    Parameters
    ----------
    server
        The Flask server; ``/me/password`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/me/password")
    def change_password() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/me")) as act:
            change_own_password(ctx, said.get("old", ""), said.get("new", ""), said.get("again", ""))
            act.tell_done("me.saved")
        return act.response


def change_own_password(ctx: AppContext, old: str, new: str, again: str) -> None:
    """The password is the new one and every other session of the account has ended.

    Parameters
    ----------
    ctx
        Has the visitor, whose password it is; his session goes on.
    old
        The present password; a wrong one counts as a try to sign in.
    new, again
        The new password, twice the same.

    Raises
    ------
    UserError
        The present password is wrong or was tried too often, or the new one is too short or not the same twice.
    """
    visitor = ctx.visitor
    assert visitor is not None, "the guard lets nobody else in"
    state, kept = ctx.execute(sign_in_attempts.sign_in_try, visitor.login)
    if state != "ask" or not password.password_matches(kept, old):
        raise UserError("me.old_wrong" if state == "ask" else "door.sign_in.locked")
    ctx.execute(sign_in_attempts.sign_in_ended, visitor.login, "signed_in", "password change")
    if new != again:
        raise UserError("me.not_same")
    ctx.execute(account_admin.set_own_password, password.hash_password(new))
    found = ctx.find_visitor(visitor.login)
    if found:
        login_user(SignedIn(found))
