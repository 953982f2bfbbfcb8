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
    """A random password of four groups, about 79 bits: ``k7mq-x2fa-9hne-tw4c``."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """The argon2id hash to keep; UserError when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError("account.error.length", shortest=SHORTEST, longest=LONGEST)
    return _HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept as ``password_hash``; never for None, but in the same time."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS, password[:LONGEST]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
