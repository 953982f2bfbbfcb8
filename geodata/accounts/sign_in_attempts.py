"""Trying to sign in: whether a login may be asked for its password, and how the try ended."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class SignInTry:
    """Whether a password may be compared: ``ask``; else ``wait`` (too many at this login) or ``busy`` (at the address).

    Attributes
    ----------
    password_hash : to compare with; None where there is no password, and unless ``ask``.
    wait_seconds : after how many seconds it may be tried again, at least 1; 0 for ``ask``.
    """

    state: str
    password_hash: str | None = None
    wait_seconds: int = 0


def sign_in_try(db: Connection, login: str, device_hash: str | None) -> SignInTry:
    """Note a try, and say whether it may go on (rules ``sign_in_tries`` and ``sign_in_pause_seconds``).

    Parameters
    ----------
    db
        A transaction of the door; its scope's address is counted too.
    login
        As typed, lower case; need not exist.
    device_hash
        Keyed hash of the browser's secret; None for one that has none. Where the login was signed in there before, its
        tries are counted apart from all others.

    Returns
    -------
    tried
        A pause is noted nowhere and makes no other longer.
    """
    asked = text("SELECT state, password_hash, wait_seconds FROM grid.sign_in_try(:login, :device)")
    row = db.execute(asked, {"login": login, "device": device_hash}).one()
    return SignInTry(row.state, row.password_hash, row.wait_seconds or 0)


def sign_in_ended(db: Connection, login: str, action: str, how: str, device_hash: str | None) -> None:
    """Note how a try at a password ended.

    Parameters
    ----------
    db
        A transaction of the door.
    login
        Of the try.
    action
        ``sign_in_failed``; ``signed_in`` where a person who is in was asked again.
    how
        By what: ``password``, ``password change``; or why not: ``nothing_open``.
    device_hash
        Of the try.
    """
    named = {"login": login, "action": action, "how": how, "device": device_hash}
    db.execute(text("SELECT grid.sign_in_ended(:login, :action, :how, :device)"), named)


def login_of_subject(db: Connection, subject: str) -> str | None:
    """The login tied to another provider's subject.

    Parameters
    ----------
    db
        A transaction of the door; needs no scope.
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
