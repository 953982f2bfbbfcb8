"""The folders of the private cluster: data, socket, lock; and where they go when ``home`` cannot hold them."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from geodata.embedded.account import Account
from geodata.errors import SetupError
from geodata.locale import translate
from geodata.private_files import make_home
from geodata.settings import settings

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107  # bytes of a unix socket's path on Linux
ELSEWHERE = Path("/var/lib/grid-map")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """``<home>/postgres`` and what is recorded in it."""

    folder: Path

    @classmethod
    def below_home(cls, home: Path) -> Place:
        """The place below a home folder.

        Parameters
        ----------
        home
            The folder that holds everything the program writes; need not exist, ``~`` is followed.

        Returns
        -------
        place
            By its absolute path, links resolved; nothing is made.
        """
        return cls(home.expanduser().resolve() / "postgres")

    @property
    def data(self) -> Path:
        """The data folder: here, or where ``data-folder`` says it had to go."""
        return self._recorded("data-folder") or self.folder / "data"

    @property
    def socket(self) -> Path:
        """The socket's folder: here, or where ``socket-folder`` says it had to go."""
        return self._recorded("socket-folder") or self.folder / "run"

    @contextmanager
    def hold_lock(self) -> Iterator[None]:
        """Make the folder and hold its lock: starts and stops of one cluster happen one after the other.

        Yields
        ------
        nothing
            Once no other process holds the lock; it is free again at the end, and when the process dies.

        Raises
        ------
        SetupError
            The folder or its lock file is another account's.
        """
        with self._lock_file() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _lock_file(self) -> TextIO:
        try:
            make_home(self.folder)
            return (self.folder / "lock").open("w")
        except PermissionError as refused:
            standing = next(path for path in (self.folder, *self.folder.parents) if path.exists())
            raise SetupError("cluster.not_ours", folder=standing, owner=standing.owner()) from refused

    def prepare_data(self, account: Account) -> Path:
        """Make sure the account can come to the data folder, or send the data to a folder where it can.

        Parameters
        ----------
        account
            Whose rights the server runs with.

        Returns
        -------
        data
            The data folder; itself not made yet. One that exists is left as it is; being sent elsewhere is logged.
        """
        if self.data.exists():
            return self.data
        if account.borrowed:
            self.folder.chmod(0o711)
            if not account.can_reach(self.folder):
                key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
                away = ELSEWHERE / key
                make_home(away)
                (self.folder / "data-folder").write_text(f"{away / 'data'}\n", encoding="utf-8")
                log.warning(translate("cluster.moved", settings().lang, home=self.folder, data=away / "data"))
        return self.data

    def prepare_socket(self, account: Account) -> Path:
        """A private (0700) folder whose path is short enough for a socket, made anew when it is gone.

        Parameters
        ----------
        account
            Whose rights the server runs with; the folder is its own.

        Returns
        -------
        socket
            ``run`` beside the data where the account can enter and the path is short enough (107 bytes), else below
            ``/tmp``.
        """
        if account.can_reach(self.folder) and _fits(self.folder / "run"):
            (self.folder / "socket-folder").unlink(missing_ok=True)
        elif not _is_private(self.socket, account) or not _fits(self.socket):
            temporary = Path(tempfile.mkdtemp(prefix="grid-", dir="/tmp"))  # TMPDIR may be long itself
            (self.folder / "socket-folder").write_text(f"{temporary}\n", encoding="utf-8")
        account.own_folder(self.socket)
        return self.socket

    def forget_socket(self) -> None:
        """Remove a temporary socket folder after the server has stopped."""
        if (elsewhere := self._recorded("socket-folder")) is not None:
            shutil.rmtree(elsewhere, ignore_errors=True)
            (self.folder / "socket-folder").unlink()

    def _recorded(self, name: str) -> Path | None:
        try:
            return Path((self.folder / name).read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return None


def _fits(folder: Path) -> bool:
    """Short enough for the kernel, and without the comma by which libpq would see two hosts."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_LIMIT and "," not in str(folder)


def _is_private(folder: Path, account: Account) -> bool:
    """A real folder of the account's that nobody else may enter (in /tmp anybody could have laid one)."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077
