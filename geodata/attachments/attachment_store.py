"""Where the bytes of attachments lie, each under the hash of its content: a folder of home, or an S3 store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from geodata.errors import NotFound, SetupError, UserError
from geodata.settings import Settings

THUMB = ".thumb"
"""Ending of the small picture beside the photograph of a hash."""
_BLOCK_BYTES = 4 * 2**20
"""How much of a file of a bucket is in memory at a time."""
_FULL = frozenset({ENOSPC, EDQUOT, EFBIG})


@dataclass(frozen=True)
class KeptFile:
    """A file of the store: its name there, and the second (Unix time) since which it lies so."""

    name: str
    kept_at: float


@dataclass(frozen=True)
class AttachmentStore:
    """Files by name, made whole or not at all and never changed; ``incoming`` is where those that arrive are written.

    Attributes
    ----------
    files : the file system.
    root : the folder in it.
    incoming : a folder of this machine; where ``is_local``, of the same disk as ``root``.
    is_local : whether ``root`` is a folder of this machine.
    """

    files: fsspec.AbstractFileSystem
    root: str
    incoming: Path
    is_local: bool

    def keep_file(self, arrived: Path, name: str) -> None:
        """Move a file of ``incoming`` into the store; one that is there already counts as kept just now.

        Parameters
        ----------
        arrived
            A file of ``incoming``, whole; it is gone afterwards.
        name
            Hash of its content, perhaps with an ending.

        Raises
        ------
        UserError
            There is no room left.
        SetupError
            The store does not answer.
        """
        with _told(self.is_local):
            if self.is_local:
                _rename_safely(arrived, Path(self._path(name)))
            else:
                # one request, whole or not at all; written again where it is there, so that it counts as new
                self.files.put_file(str(arrived), self._path(name))
                arrived.unlink()

    def open_file(self, name: str) -> BinaryIO:
        """Open a file to be read from its beginning.

        Parameters
        ----------
        name
            As it was kept.

        Returns
        -------
        file
            To be closed by the caller.

        Raises
        ------
        NotFound
            The store has lost it.
        SetupError
            The store does not answer.
        """
        with _told(self.is_local):
            file: BinaryIO = self.files.open(self._path(name), "rb", block_size=_BLOCK_BYTES)
            return file

    def list_files(self) -> Iterator[KeptFile]:
        """Every file there is.

        Yields
        ------
        file
            In no order.

        Raises
        ------
        SetupError
            The store does not answer.
        """
        with _told(self.is_local):
            found: dict[str, dict[str, Any]] = self.files.find(self.root, detail=True)
        for path, known in found.items():
            name = path.rpartition("/")[2]
            if len(name.removesuffix(THUMB)) == 64:
                yield KeptFile(name, _moment(known))

    def remove_file(self, name: str) -> None:
        """Take a file out; one that is gone already is no fault.

        Parameters
        ----------
        name
            As it was kept.

        Raises
        ------
        SetupError
            The store does not answer.
        """
        try:
            with _told(self.is_local):
                self.files.rm_file(self._path(name))
        except NotFound:
            pass

    def _path(self, name: str) -> str:
        return f"{self.root}/{name[:2]}/{name}"


def open_store(known: Settings) -> AttachmentStore:
    """The store the settings name; nothing is asked of it yet.

    Parameters
    ----------
    known
        Of them ``home`` and those of attachments.

    Returns
    -------
    store
        A folder of home, or a bucket where ``attachments_url`` names one.

    Raises
    ------
    SetupError
        A bucket is named without endpoint, key or secret.
    """
    folder = known.home.resolve() / "attachments"
    incoming = folder / "incoming"
    if not known.attachments_url:
        return AttachmentStore(fsspec.filesystem("file"), str(folder / "kept"), incoming, is_local=True)
    if not (known.attachments_s3_endpoint and known.attachments_s3_key and known.attachments_s3_secret):
        raise SetupError("attachment.error.no_endpoint")
    root = known.attachments_url.removeprefix("s3://").rstrip("/")
    return AttachmentStore(_bucket(known), root, incoming, is_local=False)


def _bucket(known: Settings) -> fsspec.AbstractFileSystem:
    """The S3 client: only of the endpoint and by the key that are set, whatever else this machine knows of clouds."""
    from s3fs import S3FileSystem  # half a second to import, for those who have such a store

    return S3FileSystem(
        endpoint_url=known.attachments_s3_endpoint,
        key=known.attachments_s3_key,
        secret=known.attachments_s3_secret,
        client_kwargs={"region_name": "us-east-1"},  # the word for none; unset, it would be looked for elsewhere
        config_kwargs={
            "s3": {"addressing_style": "path"},
            "connect_timeout": 3,
            "read_timeout": 10,
            "retries": {"max_attempts": 1},
            # older stores know no checksums of this sort
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
        use_listings_cache=False,
    )


def _rename_safely(arrived: Path, target: Path) -> None:
    """Bytes on the disk first, then the name: after a loss of power a name never stands for half a file."""
    if target.exists():
        os.utime(target)
        arrived.unlink()
        return
    with arrived.open("rb") as file:
        os.fsync(file.fileno())
    make_folder(target.parent.parent)
    make_folder(target.parent)
    arrived.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _moment(known: dict[str, Any]) -> float:
    when = known.get("LastModified") or known.get("mtime") or 0.0
    return when.timestamp() if isinstance(when, datetime) else float(when)


def make_folder(folder: Path) -> None:
    """Make a folder and the one it lies in, open to this account alone.

    Parameters
    ----------
    folder
        Left as it is where it is there; what is above the two is made as by default.

    Raises
    ------
    OSError
        It cannot be made there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)


@contextmanager
def told_when_full() -> Iterator[None]:
    """What is written inside ends in a sentence where the disk is full.

    Yields
    ------
    nothing
        Other errors go on as they are.

    Raises
    ------
    UserError
        There is no room left.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise UserError("attachment.error.no_room") from None
        raise


@contextmanager
def _told(local: bool) -> Iterator[None]:
    try:
        with told_when_full():
            yield
    except FileNotFoundError:
        raise NotFound.told_openly("attachment.error.gone") from None
    except (UserError, SetupError):
        raise
    except Exception as fault:
        if local:
            raise
        # the client has errors of four libraries; all of them mean that the store gives no answer
        raise SetupError("attachment.error.store", why=type(fault).__name__) from fault
