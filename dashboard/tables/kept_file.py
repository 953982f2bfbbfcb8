"""Files that jobs have made, kept for whoever asked until the job is forgotten: ``home/exports/<job>``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.accounts.sight import Sight, read_sight
from geodata.errors import UserError
from geodata.jobs.job_kind import KeptJob
from geodata.jobs.old_files import remove_older, remove_path

FOLDER, BODY, TOLD, PART = "exports", "body", "told.json", ".part"
UNKNOWN_SECONDS = 3600
"""A folder of a job nobody knows stays that long: the job may have been asked for a moment ago."""


@dataclass(frozen=True)
class KeptFile:
    """What is told of a file.

    Attributes
    ----------
    name : it is saved under, in any script.
    plain : the same in ASCII, without ending.
    mimetype : of the body.
    saved : whether the browser saves it; else it may show it.
    sight : how far whoever asked could see while it was made.
    noted : what the audit trail is told when it is handed out.
    """

    name: str
    plain: str
    mimetype: str
    saved: bool
    sight: Sight
    noted: Mapping[str, Any]


def keep_file(home: Path, number: int, attempt: int, body: bytes, told: KeptFile) -> None:
    """Keep what a job has made; it is there whole or not at all.

    Parameters
    ----------
    home
        The folder that holds everything the program writes.
    number
        Of the job; what an interrupted attempt of it has left is written over.
    attempt
        Which one this is, from 1.
    body
        The file.
    told
        What is told of it.

    Raises
    ------
    UserError
        There is no room, or no right to write.
    """
    folder = _folder(home, number)
    part = folder.with_name(f"{number}-{attempt}{PART}")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        (part / BODY).write_bytes(body)
        record = asdict(told) | {"sight": told.sight.to_record()}
        (part / TOLD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise UserError("api.error.not_kept", why=error.strerror) from error


def find_file(home: Path, number: int) -> tuple[KeptFile, Path] | None:
    """The file a job has made.

    Parameters
    ----------
    home
        The folder that holds everything the program writes.
    number
        Of the job.

    Returns
    -------
    found
        What is told of it and where it lies; None where there is none (any more).
    """
    folder = _folder(home, number)
    try:
        record = json.loads((folder / TOLD).read_text("utf-8"))
        return KeptFile(**record | {"sight": read_sight(record["sight"])}), folder / BODY
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remove_left_files(home: Path, jobs: Sequence[KeptJob]) -> int:
    """Throw away the files of jobs that are forgotten, and halves that jobs which are over have left.

    Parameters
    ----------
    home
        The folder that holds everything the program writes.
    jobs
        Every job that is still known.

    Returns
    -------
    count
        How many folders are gone.
    """
    open_now = {job.number: job.is_open for job in jobs}
    unknown, halves = [], []
    for folder in (home / FOLDER).glob("*"):
        number = folder.name.partition("-")[0]
        is_open = open_now.get(int(number)) if number.isdecimal() else None
        if is_open is None:
            unknown.append(folder)
        elif not is_open and folder.suffix == PART:
            halves.append(folder)
    return sum(map(remove_path, halves)) + remove_older(unknown, UNKNOWN_SECONDS)


def _folder(home: Path, number: int) -> Path:
    return home / FOLDER / str(number)
