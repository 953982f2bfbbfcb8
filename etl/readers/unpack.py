"""Unpacking with bounds: an archive may not grow beyond all reason, whatever its table of contents says."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from etl.readers.sheet import unreadable_file

MOST_UNPACKED_BYTES = 4 << 30
"""Far beyond a million rows; what is larger is a trap, or should be split."""
MOST_MEMBERS = 2000
# text and shapes shrink to a tenth, rarely to a fiftieth; only what is made to burst shrinks more
_MOST_RATIO = 250
_RATIO_FROM_BYTES = 64 << 20
_BLOCK = 1 << 20
_PREFIX = "grid-unpacked-"


class Workspace:
    """A folder that is gone when nothing refers to it any more, at the latest when the program ends.

    Where the program is killed it stays; its name tells whose it was (``remove_left_workspaces``).
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def remove_left_workspaces() -> int:
    """Throw away the folders of programs that have been killed; those of other accounts of the machine stay.

    Returns
    -------
    count
        How many are gone.
    """
    gone = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
            gone += not folder.exists()
    return gone


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another account's
        return True
    return True


def is_archive_bomb(packed: int, unpacked: int) -> bool:
    """Whether something of ``packed`` bytes grows to ``unpacked`` bytes only because it was made to.

    Parameters
    ----------
    packed
        Size as it lies there, in bytes.
    unpacked
        Size unpacked, in bytes.

    Returns
    -------
    bursts
        True beyond 4 GiB, and beyond 64 MiB where it is more than 250 times as large.
    """
    return unpacked > MOST_UNPACKED_BYTES or (unpacked > _RATIO_FROM_BYTES and unpacked > _MOST_RATIO * max(packed, 1))


def _copy(stream: IO[bytes] | gzip.GzipFile, out: Path, file: Path, packed: int, before: int) -> int:
    """Copy while counting: what a table of contents says of sizes is not believed. How many bytes there are now."""
    written = before
    with out.open("wb") as target:
        while block := stream.read(_BLOCK):
            written += len(block)
            if is_archive_bomb(packed, written):
                raise unreadable_file("too_large", file)
            target.write(block)
    return written


def _safe(names: Iterable[str], file: Path) -> dict[str, Path]:
    """Member → where it is put; a member that would leave the folder makes the whole archive suspect."""
    found: dict[str, Path] = {}
    for name in names:
        parts = Path(name.replace("\\", "/")).parts
        if name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in parts if part != ".."):
            continue
        if ".." in parts or Path(name).is_absolute() or ":" in name:
            raise unreadable_file("not_an_archive", file)
        found[name] = Path(*parts)
    return found


def unzip(file: Path) -> Workspace:
    """The members of a ZIP (a KMZ, too) in a folder of their own.

    Parameters
    ----------
    file
        A file that is there; other archives inside it are left packed.

    Returns
    -------
    space
        Kept as long as something refers to it; hidden members and those of macOS are left out.

    Raises
    ------
    UserError
        Not an archive, damaged, under a password, too many members, or absurdly large unpacked.
    """
    space = Workspace()
    packed = file.stat().st_size
    written = 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = _safe((each.filename for each in archive.infolist()), file)
            if len(archive.infolist()) > MOST_MEMBERS:
                raise unreadable_file("too_large", file)
            for name, place in members.items():
                out = space.path / place
                out.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as stream:
                    written = _copy(stream, out, file, packed, written)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, OSError, ValueError) as error:
        raise unreadable_file("not_an_archive", file) from error
    return space


def gunzip(file: Path) -> tuple[Workspace, Path]:
    """What a .gz holds, under the file's name without that ending.

    Parameters
    ----------
    file
        A file that is there.

    Returns
    -------
    space, member
        The folder, kept as long as something refers to it, and the one file in it.

    Raises
    ------
    UserError
        Not compressed that way, damaged, or absurdly large unpacked.
    """
    space = Workspace()
    out = space.path / file.stem
    try:
        with gzip.open(file, "rb") as stream:
            _copy(stream, out, file, file.stat().st_size, 0)
    except (EOFError, OSError, zlib.error) as error:
        raise unreadable_file("not_an_archive", file) from error
    return space, out
