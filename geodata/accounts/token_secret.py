"""What a personal token looks like: drawn at random, known by its beginning, kept as a hash, struck out of texts."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from urllib.parse import unquote

PREFIX = "grid_"
"""How every token begins, so that people, scanners and our own logs know one."""
_DIGITS = 48
_LIKE = re.compile(rf"{PREFIX}[0-9a-f]{{16,48}}", re.IGNORECASE)
"""A token, or so much of one that it should be nobody's to read."""
_BASIC = re.compile(r"(\bbasic\s+)([\w+/-]{8,}=*)", re.IGNORECASE)
"""A header ``Authorization`` in whose Base64 a token is not known by its beginning."""
_STRUCK = f"{PREFIX}…"
_LAYERS = 3
"""How often a text may be percent-encoded before it counts as unreadable for whoever reads logs."""


def new_secret() -> str:
    """Draw a token.

    Returns
    -------
    secret
        ``PREFIX`` and 48 hexadecimal digits, 192 bits.
    """
    return PREFIX + secrets.token_hex(_DIGITS // 2)


def hash_secret(secret: str) -> str:
    """What is kept of a token; so many random bits need no slow hash, nobody tries them out.

    Parameters
    ----------
    secret
        As it was sent; any text.

    Returns
    -------
    token_hash
        SHA-256 in hexadecimal.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_secrets(text: str) -> set[str]:
    """What in a text looks like a token, however its signs are percent-encoded.

    Parameters
    ----------
    text
        Anything.

    Returns
    -------
    secrets
        In small letters, as tokens are; empty for nearly every text.
    """
    found = {each.lower() for each in _LIKE.findall(text)}
    for _ in range(_LAYERS):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
        found |= {each.lower() for each in _LIKE.findall(text)}
    return found


def strike_secrets(text: str) -> str:
    """A text in which no token stands.

    Parameters
    ----------
    text
        Anything, such as a line of a log.

    Returns
    -------
    struck
        The same text where there is none; a word whose encoding hides one is struck as a whole.
    """
    struck = _BASIC.sub(_without_password, _LIKE.sub(_STRUCK, text))
    if find_secrets(struck):
        struck = re.sub(r"\S+", lambda word: _STRUCK if find_secrets(word[0]) else word[0], struck)
    return struck


def _without_password(header: re.Match[str]) -> str:
    coded = header[2].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        said = base64.b64decode(coded[: len(coded) - (len(coded) % 4 == 1)] + "==").decode("latin-1")
    except ValueError:
        return header[0]
    return f"{header[1]}{_STRUCK}" if find_secrets(said) else header[0]
