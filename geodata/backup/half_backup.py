"""A backup while it is being made: where it is written, that it is ours, and that somebody is writing it."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import IO

from geodata.attachments.attachment_store import make_folder
from geodata.backup.backup_contents import CONTENTS, DUMP, FILES
from geodata.backup.home_files import KEY, MAPPINGS
from geodata.backup.sealing import SEALED
from geodata.errors import UserError

HALF = ".part"
"""How the name of a new folder ends until its backup is whole."""
SIGN = "unfinished"
"""The file by which the half of a backup is known; locked by whoever is writing it."""
_OURS = {SIGN, CONTENTS, f"{CONTENTS}{HALF}", DUMP, FILES, KEY, MAPPINGS}


class _Writer(Enum):
    NOBODY = "nobody"
    SOMEBODY = "somebody"
    UNKNOWN = "unknown"
    """The disk knows no locks: some network disks do not."""


@contextmanager
def half_backup(folder: Path) -> Iterator[Path]:
    """A place to make a backup in; whole in the end, or as it was.

    A new folder is made beside its name and gets it in the end. One that is there, perhaps a disk of its own, is
    written into: beside it is another disk.

    Parameters
    ----------
    folder
        Of the backup.

    Yields
    ------
    half
        An empty folder but for ``SIGN``; half a backup that was killed there is thrown away.

    Raises
    ------
    UserError
        There is something in the folder, what would be its half is none of ours, or somebody is writing it just now.
    """
    half = folder if folder.exists() else folder.with_name(f"{folder.name}{HALF}")
    if half == folder and not _is_free(folder):
        raise UserError("backup.error.folder", folder=folder)
    if half != folder and half.exists() and not _is_ours(half):
        raise UserError("backup.error.half", folder=half)
    make_folder(half)
    with (half / SIGN).open("a") as sign:
        if _ask_who_writes(sign) is _Writer.SOMEBODY:
            raise UserError("backup.error.being_made", folder=half)
        try:
            _empty(half, without=SIGN)
            yield half
            if half != folder:
                half.rename(folder)
            (folder / SIGN).unlink()
        except BaseException:
            with suppress(OSError):
                _empty(half)
                if half != folder:
                    half.rmdir()
            raise


def throw_away_halves(folder: Path, own: re.Pattern[str]) -> None:
    """Throw away halves that killed programs have left; one that is being written stays.

    Parameters
    ----------
    folder
        Where backups lie.
    own
        Names under which nobody but the caller makes any: of these also halves of an earlier version, which marked
        none, and those on a disk that knows no locks.
    """
    for half in folder.glob(f"*{HALF}"):
        writer = _Writer.UNKNOWN
        with suppress(OSError), (half / SIGN).open("r+") as sign:
            writer = _ask_who_writes(sign)
        is_own = own.fullmatch(half.name.removesuffix(HALF)) is not None
        if writer is _Writer.NOBODY or (writer is _Writer.UNKNOWN and is_own):
            shutil.rmtree(half, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    """Whether nothing is there, or a half alone; what has its list is whole."""
    if not folder.is_dir():
        return False
    return not any(folder.iterdir()) or (_is_ours(folder) and not (folder / CONTENTS).exists())


def _is_ours(half: Path) -> bool:
    if not half.is_dir():
        return False
    there = {each.name.removesuffix(SEALED) for each in half.iterdir()}
    return not there or (SIGN in there and there <= _OURS)


def _ask_who_writes(sign: IO[str]) -> _Writer:
    """Whoever finds nobody is the one who writes, until the file is closed."""
    try:
        fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _Writer.SOMEBODY
    except OSError:
        return _Writer.UNKNOWN
    return _Writer.NOBODY


def _empty(half: Path, without: str = "") -> None:
    for each in half.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != without:
            each.unlink()
