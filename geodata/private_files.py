"""What the program writes is for its own account alone, whatever the umask it was started with."""

from __future__ import annotations

import os
from pathlib import Path

OWNER_ALONE = 0o077
PASSABLE = 0o711
"""A folder others may pass through but not list: root's database server runs as another account."""


def write_privately() -> None:
    """Let every file this process and its children make be 0600, every folder 0700."""
    os.umask(OWNER_ALONE)


def make_home(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this account alone.

    Parameters
    ----------
    folder
        One that is there is left as it is. What root makes can be passed through: its database server has to.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            each.chmod(PASSABLE)


def shut_home(home: Path) -> None:
    """Take from files and folders of a home what others may do with them; an earlier version left some open.

    Parameters
    ----------
    home
        The folder that holds everything the program writes; the database's own files, which it keeps shut itself, and
        links are passed over.
    """
    top = {home, home / "postgres"}
    for folder, inside, files in os.walk(home):
        at = Path(folder)
        if at == home / "postgres":
            inside.clear()
        for path in (at, *(at / name for name in files)):
            _shut(path, pass_through=path in top and os.geteuid() == 0)


def _shut(path: Path, *, pass_through: bool) -> None:
    try:
        found = path.lstat()
        open_to = found.st_mode & (0o066 if pass_through else OWNER_ALONE)
        if open_to and found.st_uid == os.geteuid() and not path.is_symlink():
            path.chmod(found.st_mode & 0o7777 & ~open_to)
    except FileNotFoundError:  # tidied away meanwhile
        return
