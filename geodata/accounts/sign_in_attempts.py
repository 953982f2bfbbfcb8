"""Trying to sign in: whether a login may be asked for its password, and how the try ended."""

from __future__ import annotations

from sqlalchemy import Connection, text


def sign_in_try(db: Connection, login: str) -> tuple[str, str | None]:
    """Note a try, and say whether it may go on (rules ``sign_in_tries``).

    Parameters
    ----------
    db
        A transaction that may write; its scope's address is counted too.
    login
        As typed, lower case; need not exist.

    Returns
    -------
    tuple[str, str | None]
        ``("ask", hash)``, the hash None where there is no password; ``("locked", None)`` after too many tries of the
        login, ``("busy", None)`` after too many from the address.
    """
    row = db.execute(text("SELECT state, password_hash FROM grid.sign_in_try(:login)"), {"login": login}).one()
    return row.state, row.password_hash


def sign_in_ended(db: Connection, login: str, action: str, how: str) -> None:
    """Note how a try ended, or that a session was ended.

    Parameters
    ----------
    db
        A transaction that may write.
    login
        Of the try.
    action
        ``signed_in``, ``sign_in_failed`` or ``signed_out``.
    how
        By what: ``password``, ``oidc``, ``button``, ``password change``; or why not: ``nothing_open``.
    """
    named = {"login": login, "action": action, "how": how}
    db.execute(text("SELECT grid.sign_in_ended(:login, :action, :how)"), named)


def login_of_subject(db: Connection, subject: str) -> str | None:
    """The login tied to another provider's subject.

    Parameters
    ----------
    db
        A transaction; needs no scope.
    subject
        As the provider's token names the person (claim ``sub``).

    Returns
    -------
    str | None
        The login; None when there is none or it is disabled.
    """
    found: str | None = db.execute(text("SELECT grid.login_of_subject(:subject)"), {"subject": subject}).scalar_one()
    return found


def has_accounts(db: Connection) -> bool:
    """Whether anybody can sign in at all.

    Parameters
    ----------
    db
        A transaction; needs no scope.

    Returns
    -------
    bool
        False while there is no account.
    """
    return bool(db.execute(text("SELECT grid.has_accounts()")).scalar_one())
