"""Passwords: kept as argon2id hashes, made at random, long rather than strange (OWASP's advice)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geodata.errors import UserError

SHORTEST, LONGEST = 10, 200
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


def hash_password(password: str) -> str:
    """The argon2id hash to keep.

    Parameters
    ----------
    password
        From 10 to 200 signs, both inclusive; of any kind.

    Returns
    -------
    password_hash
        With its salt and parameters.

    Raises
    ------
    UserError
        The password is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError("account.error.length", shortest=SHORTEST, longest=LONGEST)
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
