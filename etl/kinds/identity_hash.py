"""Identity numbers leave this module only as a keyed hash; the key is a setting, or made once and kept in the home."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from geodata.secret_keys import kept_key
from geodata.settings import settings

KEY_FILE = "id_hash.key"


@cache
def _key() -> bytes:
    return (settings().id_hash_key or kept_key(settings().home, KEY_FILE)).encode()


def keyed_hash(number: str) -> str:
    """HMAC-SHA256 of an identity number, as 64 hexadecimal digits.

    Parameters
    ----------
    number
        The number in its one spelling: eighteen signs, X as a capital.

    Returns
    -------
    digest
        The same for the same number as long as the key is.
    """
    return hmac.new(_key(), number.encode(), hashlib.sha256).hexdigest()
