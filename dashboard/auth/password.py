"""Passwords: kept as argon2id hashes, made at random, long rather than strange (NIST SP 800-63B-4)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.auth.password_strength import must_be_strong
from geodata.errors import UserError

SHORTEST, LONGEST = 15, 200
"""Of one that is set; those of before open as they are."""
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No sign that reads like another: passwords are written down and typed."""

_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash(secrets.token_hex(16))
"""Compared with where there is no hash, so that an unknown login takes as long as a wrong password."""


def new_password() -> str:
    """A random password of four groups, about 79 bits: ``k7mq-x2fa-9hne-tw4c``.

    Returns
    -------
    password
        19 signs of small letters, digits and hyphens, none that reads like another.
    """
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def hash_password(password: str, *own_words: str) -> str:
    """The argon2id hash to keep; every password that is set goes through here.

    Parameters
    ----------
    password
        From 15 to 200 signs, both inclusive; of any kind.
    *own_words
        What the account is called and whose it is: a password made of it is refused.

    Returns
    -------
    password_hash
        With its salt and parameters.

    Raises
    ------
    UserError
        The password is too short or too long, common, easily guessed, or made of the own words.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError("account.error.length", shortest=SHORTEST, longest=LONGEST)
    must_be_strong(password, own_words)
    return _HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept as ``password_hash``; never for None, but in the same time.

    Parameters
    ----------
    password_hash
        What ``hash_password`` gave; None: there is no such account.
    password
        As it was typed; no more than the first 200 signs are looked at.

    Returns
    -------
    matches
        False also for a hash that is none.
    """
    try:
        return _HASHER.verify(password_hash or _NOBODYS, password[:LONGEST]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
