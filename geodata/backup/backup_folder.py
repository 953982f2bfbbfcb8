"""The folder of a backup: ``database.dump``, ``attachments/`` by hash, and the key of hashed identity numbers."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from geodata.attachments.attachment_store import THUMB, AttachmentStore, make_folder
from geodata.backup.database_dump import dump_database, restore_database
from geodata.errors import NotFound, UserError

DUMP, FILES, KEY = "database.dump", "attachments", "id_hash.key"


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds, and what it lacks.

    Attributes
    ----------
    attachments : how many the database names.
    files : how many files of theirs it holds, each once.
    missing : names of files that an attachment names and the store has lost, or holds damaged.
    """

    attachments: int
    files: int
    missing: tuple[str, ...]


def make_backup(engine: Engine, store: AttachmentStore, home: Path, folder: Path) -> BackedUp:
    """Put everything into a new folder, while people go on working.

    Files come before and after the database: what is attached meanwhile is there too, and what is removed meanwhile was
    copied before.

    Parameters
    ----------
    engine
        The owner's.
    store
        Where the bytes of attachments lie.
    home
        Where the keys of the installation lie.
    folder
        Made for this account alone; not there yet, or empty.

    Returns
    -------
    made
        What it holds.

    Raises
    ------
    UserError
        There is something in the folder.
    SetupError
        The database or the store does not answer.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UserError("backup.error.folder", folder=folder)
    make_folder(folder)
    copied = _copy_files(store, folder / FILES, done=frozenset())
    dump_database(engine, folder / DUMP)
    copied |= _copy_files(store, folder / FILES, done=frozenset(copied))
    if (home / KEY).exists():
        shutil.copy2(home / KEY, folder / KEY)
    return _count_files(engine, copied)


def restore_backup(engine: Engine, store: AttachmentStore, home: Path, folder: Path) -> BackedUp:
    """Bring a backup back into an installation that has no data yet.

    Parameters
    ----------
    engine
        The owner's, of a database without the program's tables.
    store
        Where the bytes of attachments go.
    home
        Where the keys of the installation lie; one that is there already stays.
    folder
        As ``make_backup`` made it.

    Returns
    -------
    restored
        What came back.

    Raises
    ------
    NotFound
        The folder holds no backup.
    UserError
        The database holds data already.
    SetupError
        The database or the store does not answer.
    """
    if not (folder / DUMP).is_file():
        raise NotFound("backup.error.none", folder=folder)
    if (folder / KEY).exists() and not (home / KEY).exists():
        shutil.copy2(folder / KEY, home / KEY)
    restore_database(engine, folder / DUMP)
    make_folder(store.incoming)
    sound = set()
    for file in (folder / FILES).glob("*/*"):
        arrived = Path(shutil.copyfile(file, store.incoming / file.name))
        if file.name.endswith(THUMB) or _is_sound(arrived):
            store.keep_file(arrived, file.name)
            sound.add(file.name)
        else:
            arrived.unlink()
    return _count_files(engine, sound)


def _copy_files(store: AttachmentStore, target: Path, done: frozenset[str]) -> set[str]:
    """Names of the files that were copied whole."""
    copied = set()
    for each in store.list_files():
        if each.name in done:
            continue
        file = target / each.name[:2] / each.name
        make_folder(file.parent)
        try:
            with store.open_file(each.name) as source, file.open("wb") as kept:
                shutil.copyfileobj(source, kept, 2**20)
        except NotFound:  # tidied away between being listed and being read
            file.unlink(missing_ok=True)
            continue
        if each.name.endswith(THUMB) or _is_sound(file):
            copied.add(each.name)
    return copied


def _is_sound(file: Path) -> bool:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.name


def _count_files(engine: Engine, there: Iterable[str]) -> BackedUp:
    with engine.connect() as db:
        named = list(db.execute(text("SELECT file_sha256 FROM grid.attachment")).scalars())
    files = {name for name in there if not name.endswith(THUMB)}
    return BackedUp(len(named), len(files), tuple(sorted({*named} - files)))
