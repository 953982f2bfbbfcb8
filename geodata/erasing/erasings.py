"""What was erased, as a file beside the database: an older backup that is restored does not know it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from geodata.errors import SetupError
from geodata.private_files import make_home

FILE = "erased-people.jsonl"
"""In home and among the backups; a line an erasing. It goes wherever a backup goes."""


@dataclass(frozen=True)
class Erasing:
    """One person's data erased.

    Attributes
    ----------
    person_no : the person's number; no name.
    erased_at : when, with a time zone.
    basis : the request or order it rests on.
    synthetic : whether it was somebody of a demonstration.
    """

    person_no: str
    erased_at: datetime
    basis: str
    synthetic: bool = False


def read_erasings(home: Path, others: Iterable[Path] = ()) -> dict[str, Erasing]:
    """All erasings that any of the folders knows.

    Parameters
    ----------
    home
        Of the installation; it knows none where the file is not there.
    others
        The folder of backups, and others where a list may lie; one that is away is passed over, and logged.

    Returns
    -------
    erasings
        Number of the person → the first erasing of it.

    Raises
    ------
    SetupError
        A file is damaged, or that of home cannot be read: nobody is then taken for not erased.
    """
    found: dict[str, Erasing] = {}
    for file in dict.fromkeys(folder / FILE for folder in (home, *others)):
        try:
            read = [_erasing(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
        except FileNotFoundError:
            continue
        except OSError as fault:
            if file.parent == home:
                raise SetupError("erasing.error.file", file=file) from fault
            logging.getLogger("grid").warning("%s: %s", file, fault)
            continue
        except (ValueError, KeyError, TypeError) as fault:
            raise SetupError("erasing.error.file", file=file) from fault
        for erasing in read:
            found.setdefault(erasing.person_no, erasing)
    return found


def _erasing(line: str) -> Erasing:
    told = json.loads(line)
    person_no, basis, synthetic = told["person_no"], told["basis"], told["synthetic"]
    if not (isinstance(person_no, str) and isinstance(basis, str) and basis.strip() and isinstance(synthetic, bool)):
        raise ValueError(line)
    erased_at = datetime.fromisoformat(told["erased_at"])
    if erased_at.tzinfo is None:
        raise ValueError(line)
    return Erasing(person_no, erased_at, basis, synthetic)


def keep_erasings(erasings: Iterable[Erasing], folders: Sequence[Path]) -> None:
    """Write the list of all erasings, everywhere or nowhere.

    Parameters
    ----------
    erasings
        All there are.
    folders
        Where it goes; made where they are not there.

    Raises
    ------
    OSError
        A disk is full or cannot be written; what was there stays.
    """
    lines = [json.dumps(asdict(e) | {"erased_at": e.erased_at.isoformat()}, ensure_ascii=False) for e in erasings]
    halves = []
    for folder in dict.fromkeys(folders):
        make_home(folder)
        halves.append(folder / f"{FILE}.part")
        with halves[-1].open("w", encoding="utf-8") as written:
            written.write("".join(f"{line}\n" for line in lines))
            written.flush()
            os.fsync(written.fileno())
    for half in halves:
        half.replace(half.with_name(FILE))
