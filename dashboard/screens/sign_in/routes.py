"""``/sign-in`` and ``/sign-out``: a form, a try, a session; the database counts the tries."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from dash import html
from flask import Flask, Response, redirect, request, session
from flask_login import logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from dashboard.auth.begin_session import begin_session
from dashboard.auth.password_try import note_outcome, pause_words, try_password
from dashboard.components import forms, notices
from dashboard.components.html_document import html_document
from dashboard.request.admission import PUBLIC
from dashboard.request.context import AppContext
from dashboard.request.signed_in import ended_because, present_session
from dashboard.request.view import View
from geodata.accounts import sessions, sign_in_attempts
from geodata.accounts.visitor import Visitor
from geodata.freshness import is_synthetic
from geodata.locale import read_catalogue, translate
from geodata.words.session_words import SignInWay

PERMISSION = PUBLIC


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/sign-in`` and ``/sign-out`` are added.
    ctx
        What every route is given.
    """

    @server.get("/sign-in")
    def sign_in_page() -> Response:
        return sign_in_answer(ctx, View.from_args(request.args), wanted_of(request.args.get("next")))

    @server.post("/sign-in")
    def sign_in() -> Answer:
        login, said = request.form.get("login", "")[:200].strip().lower(), request.form.get("password", "")
        view, wanted = View.from_args(request.args), wanted_of(request.form.get("next"))
        state, wait = enter_by_password(ctx, login, said)
        if state == "open":
            return redirect(wanted or "/", 303)
        sentence = translate(f"door.sign_in.{state}", view.lang, wait=pause_words(wait, view.lang))
        answer = sign_in_answer(ctx, view, wanted, sentence, login, STATUS[state])
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    @server.post("/sign-out")
    def sign_out() -> Answer:
        if ctx.visitor:
            ctx.execute_at_door(sessions.end_session, present_session())
        logout_user()
        session.clear()
        return redirect("/sign-in", 303)


STATUS = {"wrong": 401, "wait": 429, "busy": 429, "nothing_open": 403}


def enter_by_password(ctx: AppContext, login: str, said: str) -> tuple[str, int]:
    """Try to sign in by password.

    Parameters
    ----------
    ctx
        What the route is given.
    login
        As it was typed, in small letters.
    said
        The password.

    Returns
    -------
    state
        ``open`` when the session is now the login's; else why not: ``wrong``, ``wait``, ``busy``, ``nothing_open``.
    wait_seconds
        After how many seconds it may be tried again; 0: at once.
    """
    tried = try_password(ctx, login, said)
    found = ctx.find_visitor(login) if tried.state == "right" else None
    if found is not None:
        return let_in(ctx, found, SignInWay.PASSWORD), 0
    if tried.wait_seconds:
        return tried.state, tried.wait_seconds
    note_outcome(ctx, login, "sign_in_failed", "password")
    return "wrong", 0


def let_in(ctx: AppContext, visitor: Visitor, way: SignInWay) -> str:
    """A fresh session for a visitor whose identity is proven.

    Parameters
    ----------
    ctx
        What the route is given.
    visitor
        Who it is.
    way
        By what it was proven.

    Returns
    -------
    state
        ``open``, or ``nothing_open`` when no post held today opens anything.
    """
    if not visitor.admitted:
        note_outcome(ctx, visitor.login, "sign_in_failed", "nothing_open")
        return "nothing_open"
    begin_session(ctx, visitor, way)
    return "open"


def sign_in_answer(
    ctx: AppContext, view: View, wanted: str, fault: str = "", login: str = "", status: int = 200
) -> Response:
    """The form, or how to fill a database that is empty.

    Parameters
    ----------
    ctx
        What the route is given.
    view
        Language and theme, as the address says them.
    wanted
        Where to go afterwards, from :func:`wanted_of`.
    fault
        What was wrong with the last try; "" for none.
    login
        What was typed as the login.
    status
        Status of the answer; an empty database always gives 200.

    Returns
    -------
    page
        Complete, without scripts.
    """
    lang = view.lang
    if ctx.is_empty():
        return html_document(view, translate("ui.empty.title", lang), notices.empty_database_page(view))
    fields = [
        forms.hidden_field("csrf_token", generate_csrf()),
        forms.hidden_field("next", wanted),
        forms.labelled_field(
            "login", translate("door.sign_in.login", lang), value=login, autoComplete="username", autoFocus=not login
        ),
        forms.labelled_field(
            "password", translate("door.sign_in.password", lang), kind="password", autoComplete="current-password",
            autoFocus=bool(login),
        ),
        forms.submit_button(translate("door.sign_in.button", lang)),
    ]  # fmt: skip
    body = html.Main(
        html.Div(
            [
                html.H1(translate("ui.title", lang)),
                html.P(translate("door.sign_in.lead", lang), className="mute"),
                html.P(fault, className="alert", role="alert") if fault else _why_here(view),
                html.Form(fields, method="post", action=view.link_to("/sign-in"), className="form"),
                *_other_ways(ctx, view, wanted),
                *_hints(ctx, view),
                html.Nav(forms.theme_choices(view, "/sign-in"), className="quiet"),
            ],
            className="card letter door",
        ),
        className="page plain",
    )
    return html_document(view, translate("door.sign_in.title", lang), body, status)


def _why_here(view: View) -> html.P | None:
    """Why the session that this browser had is over; nothing for one that had none."""
    key = f"door.ended.{ended_because()}"
    known = key in read_catalogue(view.lang)
    return html.P(translate(key, view.lang), className="alert said", role="status") if known else None


def _other_ways(ctx: AppContext, view: View, wanted: str) -> list[html.A]:
    if not ctx.settings.oidc_issuer:
        return []
    return [
        html.A(
            translate("door.sign_in.oidc", view.lang),
            href=f"/sign-in/oidc?next={quote(wanted or '/', safe='')}",
            className="button",
        )
    ]


def _hints(ctx: AppContext, view: View) -> list[html.P]:
    """Where the accounts are: those of the demonstration, or how to make the first one."""
    if not ctx.query(sign_in_attempts.has_accounts):
        return [html.P([translate("door.sign_in.none", view.lang), html.Code("python -m dashboard account add")])]
    synthetic = ctx.query(is_synthetic)
    return [html.P(translate("door.sign_in.demo", view.lang), className="note")] if synthetic else []


def wanted_of(said: str | None) -> str:
    """Where to go afterwards: an address of this server, or "".

    Parameters
    ----------
    said
        As an address or a form says it.

    Returns
    -------
    address
        Path and query below 2000 signs; "" for anything else.
    """
    text = said or ""
    try:
        parts = urlsplit(text.replace("\\", "/"))
    except ValueError:  # a bracket where a host would stand
        return ""
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return text if own and text.isprintable() and len(text) < 2000 else ""
