"""Whose rights the server runs with: PostgreSQL refuses root, so root lends its work to an unprivileged account."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PREFERRED = ("postgres", "nobody")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Account:
    """A system account; ``borrowed`` when root acts as somebody else."""

    uid: int
    gid: int
    borrowed: bool

    def own_folder(self, folder: Path) -> None:
        """Make ``folder`` (mode 0700) if need be and give it to the account.

        Parameters
        ----------
        folder
            Its parent must exist. A folder that is there keeps its mode; a link in its place is not followed.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.borrowed:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def run_command(
        self, command: Sequence[str | Path], *, typed: str | None = None, folder: Path = Path("/")
    ) -> subprocess.CompletedProcess[str]:
        """Run a program with the account's rights, a clean environment, English messages; a failure does not raise.

        Parameters
        ----------
        command
            Program and arguments, handed over without a shell.
        typed
            Text for its standard input; None: there is nothing to read.
        folder
            The folder it is run in.

        Returns
        -------
        done
            With ``returncode``, and ``stdout`` and ``stderr`` as text; signs that are no UTF-8 are replaced.
        """
        return subprocess.run(
            [str(part) for part in command],
            input=typed,
            stdin=None if typed is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=folder,
            env={"PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self.uid if self.borrowed else None,
            group=self.gid if self.borrowed else None,
            extra_groups=[] if self.borrowed else None,
        )

    def can_reach(self, folder: Path) -> bool:
        """Whether the account can enter ``folder`` (every parent must let it through).

        Parameters
        ----------
        folder
            An existing folder; a link is followed.

        Returns
        -------
        reaches
            Tried with the account's rights, not worked out from modes.
        """
        return self.run_command(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0

    def write_file(self, path: Path, content: str) -> None:
        """Write a file as the account, so that root never follows a link the account has laid.

        Parameters
        ----------
        path
            The file; one that is there is replaced, a new one gets mode 0600.
        content
            Its whole text.

        Raises
        ------
        OSError
            The account cannot write there; the message is the shell's.
        """
        done = self.run_command(["/bin/sh", "-c", 'umask 077; cat > "$1"', "sh", path], typed=content)
        if done.returncode:
            raise OSError(done.stderr.strip())


def account_for(data: Path) -> Account:
    """The owner of an existing cluster; for a new one ourselves, or as root ``postgres`` (else ``nobody``).

    Parameters
    ----------
    data
        The cluster's data folder; need not exist.

    Returns
    -------
    account
        ``borrowed`` only for root. A folder that root owns counts as none.

    Raises
    ------
    LookupError
        Run as root on a machine that has none of the accounts of ``PREFERRED``.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), borrowed=False)
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid, borrowed=True)
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, borrowed=True)
    raise LookupError(PREFERRED)
