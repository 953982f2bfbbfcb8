"""Identity numbers leave this module only as a keyed hash; the key is a setting, or made once and kept in the home."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from geodata.settings import settings

KEY_FILE = "id_hash.key"


def _kept_key(home: Path) -> str:
    """The installation's own key; written before its first use, readable by its owner only."""
    file = home / KEY_FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        # of two first loads at once the earlier key stays: a link never replaces a file
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()


@cache
def _key() -> bytes:
    return (settings().id_hash_key or _kept_key(settings().home)).encode()


def keyed_hash(number: str) -> str:
    """HMAC-SHA256 of an identity number, as 64 hexadecimal digits."""
    return hmac.new(_key(), number.encode(), hashlib.sha256).hexdigest()
