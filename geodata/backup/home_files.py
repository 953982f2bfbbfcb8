"""What lies in home and belongs to the installation: a backup holds it beside the database and the attachments.

All else in home is made again, or of a moment: passwords of the server's roles, the key of sessions (whoever was signed
in signs in anew), logs, the demonstration's files, files being loaded or handed out, first passwords, refused rows.
"""

from __future__ import annotations

import os
from pathlib import Path

KEY, MAPPINGS = "id_hash.key", "mappings"
"""The key of hashed identity numbers; the folder of outside formats that were saved."""
_HALF = ".restored"


def list_home_files(folder: Path) -> list[Path]:
    """The files of a home that a backup holds.

    Parameters
    ----------
    folder
        Home, or a backup that is not sealed: they lie in it under the same names.

    Returns
    -------
    names
        Relative to the folder, in their order.
    """
    there = [folder / KEY, *sorted((folder / MAPPINGS).glob("*.toml"))]
    return [each.relative_to(folder) for each in there if each.is_file()]


def bring_home_back(folder: Path, home: Path) -> None:
    """Put the files back.

    Parameters
    ----------
    folder
        A backup that is not sealed.
    home
        What is there already stays; a file has its name once it is whole.

    Raises
    ------
    OSError
        The disk is full or cannot be written.
    """
    for name in list_home_files(folder):
        if (home / name).exists():
            continue
        (home / name).parent.mkdir(mode=0o700, exist_ok=True)
        draft = (home / name).with_name(f"{name.name}{_HALF}")
        draft.touch(mode=0o600)
        with draft.open("wb") as written:
            written.write((folder / name).read_bytes())
            written.flush()
            os.fsync(written.fileno())
        draft.rename(home / name)
