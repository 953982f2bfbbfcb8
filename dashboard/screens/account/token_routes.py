"""``/me/tokens``: making and ending the own tokens."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.redirect_after import redirect_after
from dashboard.request.view import View
from dashboard.screens.account.token_card import shown_once
from geodata.accounts import tokens
from geodata.calendar import today
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/me/tokens`` and what is under it are added.
    ctx
        What every route is given.
    """

    @server.post("/me/tokens")
    def make_token() -> Answer:
        view, said = View.from_args(request.args), request.form
        with redirect_after(view.link_to("/me")) as act:
            asked = (said.get("name", ""), said.get("unit") or None, _days(said.get("days", "")), today())
            act.answer_with(shown_once(ctx, view, ctx.execute_at_door(tokens.make_token, *asked)))
        return act.response

    @server.post("/me/tokens/<int:number>/revoke")
    def revoke_token(number: int) -> Answer:
        with redirect_after(View.from_args(request.args).link_to("/me")) as act:
            ctx.execute(tokens.revoke_token, number)
            act.tell_done("me.tokens.revoked")
        return act.response


def _days(said: str) -> int:
    """The number of a field; 0, which no token has, for what is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
