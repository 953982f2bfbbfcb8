"""``contents.json``, the list of what a backup holds; it is written last, so a folder with it is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from geodata.backup.table_sums import Sums
from geodata.errors import NotFound, UserError

CONTENTS, DUMP, FILES = "contents.json", "database.dump", "attachments"


@dataclass(frozen=True)
class Contents:
    """What a backup holds.

    Attributes
    ----------
    made_at : when its database was read.
    schema : the version of the schema.
    tables : of every table how many rows and their sum.
    files : name of every file as it lies there → SHA-256.
    attachments : SHA-256 of every file of an attachment that it holds, as it is unsealed.
    """

    made_at: datetime
    schema: str
    tables: Sums
    files: dict[str, str]
    attachments: tuple[str, ...]


def write_contents(contents: Contents, folder: Path) -> None:
    """Close a backup by its list.

    Parameters
    ----------
    contents
        What it holds.
    folder
        The backup's.
    """
    record = asdict(contents) | {"made_at": contents.made_at.isoformat()}
    draft = folder / f"{CONTENTS}.part"
    draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
    draft.rename(folder / CONTENTS)


def read_contents(folder: Path) -> Contents:
    """The list of a backup.

    Parameters
    ----------
    folder
        The backup's.

    Returns
    -------
    contents
        As it was written.

    Raises
    ------
    NotFound
        There is no list: the folder holds no backup, or half of one.
    UserError
        The list cannot be read.
    """
    try:
        known = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        tables = {name: (int(rows), str(total)) for name, (rows, total) in known["tables"].items()}
        made_at = datetime.fromisoformat(known["made_at"])
        return Contents(made_at, str(known["schema"]), tables, dict(known["files"]), tuple(known["attachments"]))
    except FileNotFoundError as fault:
        raise NotFound("backup.error.none", folder=folder) from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise UserError("backup.error.damaged", file=folder / CONTENTS) from fault


def file_sha256(file: Path) -> str:
    """The SHA-256 of a file.

    Parameters
    ----------
    file
        Any file.

    Returns
    -------
    sha256
        64 hex digits.
    """
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
