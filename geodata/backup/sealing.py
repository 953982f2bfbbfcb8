"""Backups sealed with age, for who holds the secret key alone: the server knows only the public one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

from geodata.errors import UserError

SEALED = ".age"
UNSEALED = "unsealed-"
"""How folders of home begin in which unsealed files lie while a backup is brought back."""


class Seal:
    """How the files of a backup are written.

    Parameters
    ----------
    recipient
        A public key of age (``age1…``); empty: they are written as they are.

    Raises
    ------
    UserError
        It is no such key.
    """

    def __init__(self, recipient: str = "") -> None:
        try:
            self._recipient = Recipient.from_str(recipient) if recipient else None
        except pyrage.RecipientError as fault:
            raise UserError("backup.error.recipient", said=recipient) from fault

    def write_file(self, source: IO[bytes], file: Path) -> None:
        """Write a file of the backup; nothing of it is on the disk unsealed.

        Parameters
        ----------
        source
            What it holds, read to its end.
        file
            Where it would lie unsealed; its folder is there. A sealed one has ``SEALED`` behind its name.
        """
        written = file if self._recipient is None else file.with_name(f"{file.name}{SEALED}")
        with written.open("wb") as kept:
            if self._recipient is None:
                shutil.copyfileobj(source, kept, 2**20)
            else:
                with _own_faults(kept) as target:
                    pyrage.encrypt_io(source, target, [self._recipient])


def make_identity(file: Path) -> str:
    """Make a pair of keys.

    Parameters
    ----------
    file
        Where the secret key goes, for this account alone; to be kept elsewhere than the backups.

    Returns
    -------
    recipient
        The public key, for ``GRID_BACKUP_RECIPIENT``.

    Raises
    ------
    UserError
        There is a file already.
    """
    made = Identity.generate()
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError as fault:
        raise UserError("backup.error.identity_there", file=file) from fault
    file.write_text(f"# public key: {made.to_public()}\n{made}\n", encoding="ascii")
    return str(made.to_public())


@contextmanager
def unsealed_backup(folder: Path, identity: Path | None, place: Path) -> Iterator[Path]:
    """A backup as it was before it was sealed.

    Parameters
    ----------
    folder
        The backup's; one that is not sealed is given as it is.
    identity
        File with the secret key, as ``make_identity`` or age's own programs write it.
    place
        Where the unsealed files lie meanwhile, in a folder for this account alone.

    Yields
    ------
    folder
        Gone afterwards.

    Raises
    ------
    UserError
        The backup is sealed and no file was named, it holds no key or another one, or a sealed file is damaged.
    """
    sealed = sorted(folder.rglob(f"*{SEALED}"))
    if not sealed:
        yield folder
        return
    if identity is None:
        raise UserError("backup.error.sealed", folder=folder)
    keys = _read_identity(identity)
    with tempfile.TemporaryDirectory(prefix=UNSEALED, dir=place) as name:
        for each in sealed:
            plain = Path(name) / each.relative_to(folder).with_suffix("")
            plain.parent.mkdir(parents=True, exist_ok=True)
            _unseal(each, plain, keys)
        yield Path(name)


def _unseal(sealed: Path, plain: Path, keys: list[Identity]) -> None:
    with sealed.open("rb") as source, plain.open("wb") as kept, _own_faults(kept) as target:
        try:
            pyrage.decrypt_io(source, target, keys)
        except pyrage.DecryptError as fault:
            raise UserError("backup.error.other_identity", file=sealed) from fault
        except OSError as fault:
            raise UserError("backup.error.damaged", file=sealed) from fault


class _Target:
    """A file that remembers why it could not be written: age tells that as a fault of its own, in words alone."""

    def __init__(self, kept: IO[bytes]) -> None:
        self._kept = kept
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write on."""
        try:
            return self._kept.write(data)
        except OSError as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        """Leave nothing in memory."""
        try:
            self._kept.flush()
        except OSError as fault:
            self.fault = fault
            raise


@contextmanager
def _own_faults(kept: IO[bytes]) -> Iterator[_Target]:
    """Let a full disk be told as one."""
    target = _Target(kept)
    try:
        yield target
        target.flush()
    except Exception:
        if target.fault is not None:
            raise target.fault from None
        raise


def _read_identity(file: Path) -> list[Identity]:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
        found = [Identity.from_str(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as fault:
        raise UserError("backup.error.identity", file=file) from fault
    if not found:
        raise UserError("backup.error.identity", file=file)
    return found
