"""Whoever the work at hand is done for: the signed-in visitor of the request, or one that is stood in for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from flask import g, has_request_context, request
from flask_login import UserMixin, current_user

from geodata.accounts.visitor import Visitor
from geodata.database.scope import Scope

_stood_in_for: ContextVar[Visitor | None] = ContextVar("stood_in_for", default=None)


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]
    """A visitor as Flask-Login keeps one; the cookie names a row of the database, which says whether it still holds."""

    visitor: Visitor
    secret: str
    session_hash: str

    def get_id(self) -> str:
        """What the session cookie holds.

        Returns
        -------
        kept
            ``<secret>:<login>``.
        """
        return f"{self.secret}:{self.visitor.login}"


def present_session() -> str:
    """The session of the request at hand.

    Returns
    -------
    session_hash
        Keyed hash of its secret; "" where nobody is signed in.
    """
    return str(getattr(current_user, "session_hash", ""))


def note_state(state: str) -> None:
    """Keep how the session stands that the request at hand names, so that the sign-in page can say why it is over.

    Parameters
    ----------
    state
        A ``SessionState``, or ``closed``: it is open, but no post opens anything today.
    """
    g.session_state = state


def ended_because() -> str:
    """Why the session is over that the browser of the request at hand still names.

    Returns
    -------
    state
        As noted; "" for a browser that names none, or one that is open.
    """
    named = current_visitor() is None and g.get("session_state")
    return str(named or "")


def current_visitor() -> Visitor | None:
    """Who is asking; None for nobody.

    Returns
    -------
    visitor
        The one stood in for goes before the token's owner, and he before the session's.
    """
    stood_in_for = _stood_in_for.get()
    if stood_in_for is not None or not has_request_context():
        return stood_in_for
    found: Visitor | None = g.get("token_visitor") or getattr(current_user, "visitor", None)
    return found


def is_known() -> bool:
    """Whether it has been found out already, in this request, who is asking.

    Returns
    -------
    known
        Asks no database.
    """
    return _stood_in_for.get() is not None or (has_request_context() and ("_login_user" in g or "token_visitor" in g))


def enter_by_token(visitor: Visitor) -> None:
    """The rest of the request is asked on behalf of a token's owner, whatever session there is; no session comes of it.

    Parameters
    ----------
    visitor
        As the token narrows it, with its number.
    """
    assert visitor.token_id is not None, "a visitor in person comes by a session"
    g.token_visitor = visitor


def remote_address() -> str:
    """The network address asked from; "" outside of a request.

    Returns
    -------
    address
        IPv4 or IPv6, as far as the trusted proxies tell it.
    """
    return (request.remote_addr or "") if has_request_context() else ""


def request_scope() -> Scope:
    """What every transaction names: the rows of nobody else can come back.

    Returns
    -------
    scope
        Login, address, whether everything is seen, and the token it is asked by; an empty login for nobody.
    """
    found = current_visitor()
    return (
        Scope(found.login, remote_address(), found.sees_all, found.token_id) if found else Scope("", remote_address())
    )


@contextmanager
def standing_in(for_whom: Visitor) -> Iterator[None]:
    """Work done beside any request on behalf of a visitor, such as asking ahead what he will ask.

    Parameters
    ----------
    for_whom
        The visitor.

    Yields
    ------
    nothing
        Whatever this thread asks inside is asked as the visitor; afterwards it is as before.
    """
    token = _stood_in_for.set(for_whom)
    try:
        yield
    finally:
        _stood_in_for.reset(token)
