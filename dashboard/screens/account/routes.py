"""``/me/password``: a new password for whoever is signed in, who must know the present one."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.auth import password
from dashboard.auth.begin_session import begin_session
from dashboard.auth.password_try import note_outcome, pause_words, try_password
from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from geodata.accounts import account_admin
from geodata.accounts.visitor import Visitor
from geodata.calendar import today
from geodata.errors import UserError
from geodata.locale import Lang, label_of
from geodata.permissions import Permission
from geodata.words.session_words import SignInWay

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
            change_own_password(ctx, said.get("old", ""), said.get("new", ""), said.get("again", ""), view.lang)
            act.tell_done("me.saved")
        return act.response


def change_own_password(ctx: AppContext, old: str, new: str, again: str, lang: Lang) -> None:
    """The password is the new one, every session of the account has ended, and this browser has a new one.

    Parameters
    ----------
    ctx
        Has the visitor, whose password it is.
    old
        The present password; a wrong one counts as a try to sign in.
    new, again
        The new password, twice the same.
    lang
        Of the sentence that says for how long not to try.

    Raises
    ------
    UserError
        The present password is wrong or was tried too often, or the new one is refused or not the same twice.
    """
    visitor = ctx.visitor
    assert visitor is not None, "the guard lets nobody else in"
    tried = try_password(ctx, visitor.login, old)
    if tried.wait_seconds:
        raise UserError(f"door.sign_in.{tried.state}", wait=pause_words(tried.wait_seconds, lang))
    if tried.state != "right":
        raise UserError("me.old_wrong")
    note_outcome(ctx, visitor.login, "signed_in", "password change")
    if new != again:
        raise UserError("me.not_same")
    ctx.execute_at_door(account_admin.set_own_password, password.hash_password(new, *_own_words(ctx, visitor)))
    begin_session(ctx, visitor, SignInWay.PASSWORD)


def _own_words(ctx: AppContext, visitor: Visitor) -> list[str]:
    """What somebody who knows the person would try first."""
    whole = ctx.whole_unit(today())
    units = [each.unit_name for each in visitor.posts if each.unit_name] + ([whole.name] if whole else [])
    return [visitor.login, visitor.person_no, visitor.name, *units, *(label_of(role) for role in visitor.roles)]
