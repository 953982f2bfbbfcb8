"""The folder of a backup: the database, attachments by hash, what of home belongs to it, a list of it all."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, text

from geodata.accounts.sessions import end_every_session
from geodata.attachments.attachment_store import THUMB, AttachmentStore, make_folder
from geodata.backup.backup_contents import DUMP, FILES, Contents, file_sha256, read_contents, write_contents
from geodata.backup.database_dump import check_dump, database_to_fill, dump_database, fill_database
from geodata.backup.half_backup import SIGN, half_backup
from geodata.backup.home_files import bring_home_back, list_home_files
from geodata.backup.sealing import SEALED, UNSEALED, Seal, unsealed_backup
from geodata.erasing.erase_person import repeat_erasings
from geodata.erasing.erasings import Erasing, keep_erasings, read_erasings
from geodata.errors import NotFound, UserError
from geodata.private_files import make_home


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


def make_backup(engine: Engine, store: AttachmentStore, home: Path, folder: Path, recipient: str = "") -> BackedUp:
    """Put everything into a new folder, while people go on working.

    Files come before and after the database: what is attached meanwhile is there too, and what is removed meanwhile was
    copied before. It gets its name, or in an empty folder its list, in the end: whole, or not there.

    Parameters
    ----------
    engine
        The owner's.
    store
        Where the bytes of attachments lie.
    home
        Of the installation: its key and its saved formats go along.
    folder
        Made for this account alone; not there yet, or empty (a disk of its own).
    recipient
        A public key of age that every file but the list is sealed for; empty: none is.

    Returns
    -------
    made
        What it holds.

    Raises
    ------
    UserError
        There is something in the folder or in that of its half, or the key is none.
    SetupError
        The database or the store does not answer.
    """
    seal = Seal(recipient)
    with half_backup(folder) as half:
        copied = _copy_files(store, half / FILES, seal, done=frozenset())
        moment = datetime.now(UTC)
        schema, sums = dump_database(engine, lambda source: seal.write_file(source, half / DUMP))
        copied |= _copy_files(store, half / FILES, seal, done=frozenset(copied))
        for name in list_home_files(home):
            make_folder((half / name).parent)
            with (home / name).open("rb") as source:
                seal.write_file(source, half / name)
        written = sorted(each for each in half.rglob("*") if each.is_file() and each != half / SIGN)
        sums_of_files = {each.relative_to(half).as_posix(): file_sha256(each) for each in written}
        kept = tuple(sorted(name for name in copied if not name.endswith(THUMB)))
        write_contents(Contents(moment, schema, sums, sums_of_files, kept), half)
    return _count_files(engine, copied)


def verify_backup(folder: Path) -> Contents:
    """Look at every byte of a backup; what is sealed stays so.

    Parameters
    ----------
    folder
        As ``make_backup`` made it.

    Returns
    -------
    contents
        What it holds, all of it as it was written.

    Raises
    ------
    NotFound
        The folder holds no backup, or half of one.
    UserError
        A file is not there or is another than was written; the first is named.
    """
    contents = read_contents(folder)
    for name, sha256 in contents.files.items():
        _require_same(folder / name, sha256)
    for sha256 in contents.attachments:
        file = folder / FILES / sha256[:2] / sha256
        # of a sealed one the sum of what lies there was looked at
        if not file.with_name(f"{sha256}{SEALED}").is_file():
            _require_same(file, sha256)
    if (folder / DUMP).is_file() and not check_dump(folder / DUMP):
        raise UserError("backup.error.damaged", file=folder / DUMP)
    return contents


def _require_same(file: Path, sha256: str) -> None:
    if not file.is_file() or file_sha256(file) != sha256:
        raise UserError("backup.error.damaged", file=file)


def restore_backup(
    engine: Engine,
    store: AttachmentStore,
    home: Path,
    folder: Path,
    identity: Path | None = None,
    lists: Iterable[Path] = (),
) -> BackedUp:
    """Bring a backup back into an installation that has no data yet; broken off at any moment, it is said again.

    Passwords, locks and tokens are those of the backup; sessions are not, everybody signs in anew.

    Parameters
    ----------
    engine
        The owner's, of a database without the program's tables.
    store
        Where the bytes of attachments go.
    home
        Of the installation, made where it is missing; a key or a saved format that is there already stays.
    folder
        As ``make_backup`` made it.
    identity
        File with the secret key of a sealed one; what is unsealed lies under home meanwhile.
    lists
        Folders where a list of people erased by law may lie, beside home and that of the backup.

    Returns
    -------
    restored
        What came back.

    Raises
    ------
    NotFound
        The folder holds no backup, or half of one.
    UserError
        The database holds data already, or the backup is damaged or sealed for another key: nothing of it is then
        restored.
    SetupError
        The database or the store does not answer, or what came back is not what was backed up.
    """
    contents = verify_backup(folder)
    # who was erased by law after the backup was made: known before anybody comes back, and known to the next start
    listed = read_erasings(home, [folder.absolute().parent, *lists])
    make_home(home)
    with database_to_fill(engine):
        # a restore that was killed could not throw away what it had unsealed
        for left in home.glob(f"{UNSEALED}*"):
            shutil.rmtree(left)
        with unsealed_backup(folder, identity, home) as plain:
            return _bring_back(engine, store, home, plain, contents, listed)


def _bring_back(
    engine: Engine, store: AttachmentStore, home: Path, folder: Path, contents: Contents, listed: dict[str, Erasing]
) -> BackedUp:
    if listed:
        keep_erasings(listed.values(), [home])
    # files first: whatever breaks this off, a database that counts lacks none of them
    bring_home_back(folder, home)
    sound = _copy_back(store, folder)

    def finish() -> None:
        repeat_erasings(engine, home)
        end_every_session(engine)

    fill_database(engine, folder / DUMP, contents.tables, finish)
    return _count_files(engine, sound)


def _copy_back(store: AttachmentStore, folder: Path) -> set[str]:
    """Names of the files that came back whole; done again it does no harm."""
    make_folder(store.incoming)
    sound = set()
    for file in (folder / FILES).glob("*/*"):
        arrived = Path(shutil.copyfile(file, store.incoming / file.name))
        if file.name.endswith(THUMB) or _is_sound(arrived):
            store.keep_file(arrived, file.name)
            sound.add(file.name)
        else:
            arrived.unlink()
    return sound


def _copy_files(store: AttachmentStore, target: Path, seal: Seal, done: frozenset[str]) -> set[str]:
    """Names of the files that were copied whole."""
    copied = set()
    for each in store.list_files():
        if each.name in done:
            continue
        file = target / each.name[:2] / each.name
        make_folder(file.parent)
        try:
            with store.open_file(each.name) as source:
                read = _Summed(source)
                seal.write_file(read, file)  # type: ignore[arg-type]  # age and shutil ask for ``read`` alone
        except NotFound:  # tidied away between being listed and being read
            continue
        if each.name.endswith(THUMB) or read.sha256.hexdigest() == each.name:
            copied.add(each.name)
    return copied


class _Summed:
    """A file whose sum is known once it has been read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.sha256 = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        found = self._source.read(size)
        self.sha256.update(found)
        return found


def _is_sound(file: Path) -> bool:
    return file_sha256(file) == file.name


def _count_files(engine: Engine, there: Iterable[str]) -> BackedUp:
    with engine.connect() as db:
        # a database that is about to be upgraded may be older than attachments
        is_there = db.execute(text("SELECT to_regclass('grid.attachment')")).scalar_one() is not None
        asked = text("SELECT file_sha256 FROM grid.attachment")
        named = list(db.execute(asked).scalars()) if is_there else []
    files = {name for name in there if not name.endswith(THUMB)}
    return BackedUp(len(named), len(files), tuple(sorted({*named} - files)))
