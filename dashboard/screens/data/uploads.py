"""Where an uploaded file waits between being looked at and being loaded: a folder of its own, for its owner alone."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from unicodedata import category

from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from geodata.database.cut_off import is_cut_off
from geodata.errors import NotFound, UserError
from geodata.jobs.job_kind import KeptJob
from geodata.jobs.old_files import remove_older

KEPT_SECONDS = 24 * 3600
"""A file nobody has looked at or loaded for so long is thrown away."""

NOT_BY_UPLOAD = frozenset({".postgis"})
"""Files that make the server go elsewhere: whom it connects to is for those who work at it, not for a form."""

SAID = ("kind", "datum", "mapping", "valid_from", "where", "accept_renames", "leave_faulty")
"""What a person may say of a file as a whole, besides its columns."""

# no upload is called so: names lose the dots they begin with
_SAID = ".said.json"
_NAME_BYTES = 200
_KEPT = frozenset({"Ps", "Pe", "Pd", "Pc", "Pi", "Pf", "Zs", "Mn", "Mc", "Me", "Sc", "Sk", "Sm", "So", "Co"})
"""Brackets, dashes, quotes, spaces, marks and symbols of any script, and what a font of one's own shows."""
_UNFIT = frozenset("<>|")

_TOKEN = re.compile(r"[a-z0-9]{32}")


@dataclass(frozen=True)
class Waiting:
    """An uploaded file and what the person said of it; ``columns`` are corrections, ``kind.heading`` → field."""

    token: str
    login: str
    file: str
    kind: str = ""
    datum: str = ""
    valid_from: str = ""
    mapping: str = ""
    where: str = ""
    accept_renames: str = ""
    leave_faulty: str = ""
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UploadStore:
    """The folder ``home/uploads``."""

    home: Path

    def store_upload(self, upload: FileStorage | None, login: str, **said: str) -> Waiting:
        """Keep a file.

        Parameters
        ----------
        upload
            As Flask gives it.
        login
            Whose it is.
        **said
            Words of ``SAID`` that were said of it.

        Returns
        -------
        waiting
            With a new token, and a name that is safe in a folder.

        Raises
        ------
        UserError
            There is no file, or one of ``NOT_BY_UPLOAD``.
        """
        if upload is None or not upload.filename:
            raise UserError("data.error.no_file")
        name = _file_name(upload.filename)
        _refuse_leading_away(name)
        token = secrets.token_hex(16)
        folder = self._folder(token)
        folder.mkdir(parents=True, mode=0o700)
        upload.save(folder / name)
        return self.store_said(Waiting(token, login, name, **said))

    def store_said(self, waiting: Waiting) -> Waiting:
        """Keep what is said of a file.

        Parameters
        ----------
        waiting
            The file, and all that is said of it: what was said before is written over.

        Returns
        -------
        waiting
            As given.

        Raises
        ------
        NotFound
            The token is none.
        """
        said = json.dumps(asdict(waiting), ensure_ascii=False)
        # whole or as before: a job may read it at this very moment
        whole = self._folder(waiting.token) / f"{_SAID}.{secrets.token_hex(4)}"
        whole.write_text(said, encoding="utf-8")
        whole.replace(whole.with_name(_SAID))
        return waiting

    def find_upload(self, token: str, login: str) -> Waiting:
        """The file of a token.

        Parameters
        ----------
        token
            As the address says it.
        login
            Who asks.

        Returns
        -------
        waiting
            The file, and what is said of it.

        Raises
        ------
        NotFound
            It is not there, or somebody else's.
        """
        try:
            waiting = Waiting(**json.loads((self._folder(token) / _SAID).read_text("utf-8")))
        except (OSError, ValueError, TypeError):  # not there, or written by another version
            raise NotFound("data.error.gone") from None
        if waiting.login != login:
            raise NotFound("data.error.gone")
        with suppress(OSError):
            os.utime(self._folder(token))  # who looks at it still needs it
        return waiting

    @contextmanager
    def at_hand(self, waiting: Waiting) -> Iterator[Path]:
        """A file to work on, which its owner may throw away meanwhile.

        Parameters
        ----------
        waiting
            The file.

        Yields
        ------
        path
            In its folder under ``home/uploads``.

        Raises
        ------
        UserError
            It is one of ``NOT_BY_UPLOAD``.
        NotFound
            It was thrown away.
        """
        path = self.upload_path(waiting)
        try:
            yield path
        except Exception as fault:
            if path.exists() or is_cut_off(fault):
                raise
            raise NotFound("data.error.gone") from None

    def upload_path(self, waiting: Waiting) -> Path:
        """Where the file lies; never one that leads elsewhere, however it came here.

        Parameters
        ----------
        waiting
            The file.

        Returns
        -------
        path
            In its folder under ``home/uploads``; not asked whether it is there.

        Raises
        ------
        UserError
            It is one of ``NOT_BY_UPLOAD``.
        NotFound
            The token is none.
        """
        _refuse_leading_away(waiting.file)
        return self._folder(waiting.token) / waiting.file

    def remove_upload(self, waiting: Waiting) -> None:
        """Throw a file away.

        Parameters
        ----------
        waiting
            The file; one that is gone already is no fault.

        Raises
        ------
        NotFound
            The token is none.
        """
        shutil.rmtree(self._folder(waiting.token), ignore_errors=True)

    def _folder(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise NotFound("data.error.gone")
        return self.home / "uploads" / token

    def remove_old_uploads(self, jobs: Sequence[KeptJob]) -> int:
        """Throw away what nobody has looked at for ``KEPT_SECONDS``, unless a job that waits or runs needs it.

        Parameters
        ----------
        jobs
            Every job that is known.

        Returns
        -------
        count
            How many files are gone.
        """
        needed = {job.arguments.get("token") for job in jobs if job.is_open}
        folders = [each for each in (self.home / "uploads").glob("*") if each.name not in needed]
        return remove_older(folders, KEPT_SECONDS)


def _file_name(said: str) -> str:
    """A safe name that keeps its Chinese characters and its ending; the ending tells how a file is read."""
    plain = Path(said.replace("\\", "/")).name
    kept = "".join(sign for sign in plain if _stays(sign)).strip(" .")
    # a file system counts bytes; the ending stands last
    short = kept.encode()[-_NAME_BYTES:].decode(errors="ignore").strip(" .")
    return short or secure_filename(plain) or "upload"


def _stays(sign: str) -> bool:
    return sign.isalnum() or sign == "." or (category(sign) in _KEPT and sign not in _UNFIT)


def _refuse_leading_away(name: str) -> None:
    if Path(name).suffix.lower() in NOT_BY_UPLOAD:
        raise UserError("data.error.not_by_upload")
