"""Secrets an installation makes once and keeps under its home, each in a file only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from geodata.private_files import make_home


def kept_key(home: Path, file_name: str) -> str:
    """The key in ``home/file_name`` (64 hexadecimal digits), made and written before its first use.

    Parameters
    ----------
    home
        The folder that holds everything the program writes; made when missing.
    file_name
        Name of the key's file in it, mode 0600.

    Returns
    -------
    key
        The same at every call and in every process.

    Raises
    ------
    OSError
        The file cannot be read, or not be made there.
    """
    file = home / file_name
    if not file.exists():
        make_home(home)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        # of two first uses at once the earlier key stays: a link never replaces a file
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()
