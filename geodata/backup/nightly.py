"""The backups an installation makes by itself: one a night, the last few kept, and one before every upgrade."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from geodata.attachments.attachment_store import AttachmentStore, make_folder
from geodata.backup.backup_contents import CONTENTS
from geodata.backup.backup_folder import BackedUp, make_backup
from geodata.backup.half_backup import throw_away_halves
from geodata.database.scope import read_transaction
from geodata.database.upgrade import migrate, newest_version, refuse_unfinished, schema_version
from geodata.erasing.erase_person import repeat_erasings
from geodata.settings import Settings

TOO_OLD = timedelta(hours=36)
"""From when on the last backup is too old: one night was missed."""
SINCE = "since"
"""A file as old as the habit; it holds nothing."""
NOT_BEGUN = "backups-not-begun"
"""A file of home that is there while the folder of backups cannot be used: the worker finds out, pages tell."""
_STAMP = "%Y%m%d-%H%M%S"
_NIGHTLY = re.compile(r"\d{8}-\d{6}")


def backups_folder(settings: Settings) -> Path:
    """Where the backups lie.

    Parameters
    ----------
    settings
        Of them ``GRID_BACKUPS`` and the home.

    Returns
    -------
    folder
        Need not be there yet.
    """
    return settings.backups or settings.home / "backups"


def erasing_folders(settings: Settings) -> tuple[Path, ...]:
    """Where the list of people who were erased by law is kept.

    Parameters
    ----------
    settings
        Of them the home and ``GRID_BACKUPS``.

    Returns
    -------
    folders
        Home first; that of the backups, so that the list goes where they go.
    """
    return (settings.home, backups_folder(settings))


def list_backups(folder: Path) -> dict[datetime, Path]:
    """The whole backups that were made by themselves.

    Parameters
    ----------
    folder
        As ``backups_folder`` gives it.

    Returns
    -------
    backups
        Moment (UTC) → folder, the oldest first.
    """
    if not folder.is_dir():
        return {}
    named = [each for each in folder.iterdir() if _NIGHTLY.fullmatch(each.name) and (each / CONTENTS).is_file()]
    return {datetime.strptime(each.name, _STAMP).replace(tzinfo=UTC): each for each in sorted(named)}


def begin_backups(settings: Settings) -> None:
    """Make the folder, and note since when backups are made here; where that cannot be, home says so to the pages.

    Parameters
    ----------
    settings
        Of them the folder and the home.

    Raises
    ------
    OSError
        It cannot be made there, or cannot be read.
    """
    folder, note = backups_folder(settings), settings.home / NOT_BEGUN
    try:
        make_folder(folder)
        begun = _begun_at(settings)
        if begun is None or begun > datetime.now(UTC):  # noted while the clock was ahead
            (folder / SINCE).touch(mode=0o600)
        list_backups(folder)
    except OSError:
        note.touch(mode=0o600)
        raise
    note.unlink(missing_ok=True)


def last_backup(settings: Settings, now: datetime) -> datetime | None:
    """When the newest one was made.

    Parameters
    ----------
    settings
        Of them the folder.
    now
        The moment, with a time zone.

    Returns
    -------
    moment
        In UTC; None where there is none. One of a day to come, made while the clock was wrong, counts for nothing.
    """
    return max((moment for moment in list_backups(backups_folder(settings)) if moment <= now), default=None)


def is_backup_due(settings: Settings, now: datetime) -> bool:
    """Whether it is time for the next one.

    Parameters
    ----------
    settings
        Of them the hour, the time zone, how many are kept.
    now
        The moment, with a time zone.

    Returns
    -------
    due
        The hour has come since the last one was made; never where none are kept.
    """
    if not settings.backups_kept:
        return False
    local = now.astimezone(ZoneInfo(settings.timezone))
    hour = datetime.combine(local.date(), time(settings.backup_hour), local.tzinfo)
    since = hour if hour <= local else hour - timedelta(days=1)
    last = last_backup(settings, now)
    return last is None or last < since


def is_backup_late(settings: Settings, now: datetime) -> bool:
    """Whether somebody has to look why there is no newer one.

    Parameters
    ----------
    settings
        As for ``is_backup_due``.
    now
        The moment, with a time zone.

    Returns
    -------
    late
        The last one is older than ``TOO_OLD``, none was made for so long, or their folder cannot be used; never where
        none are kept.
    """
    if not settings.backups_kept:
        return False
    try:
        since = last_backup(settings, now) or _begun_at(settings)
        return (settings.home / NOT_BEGUN).exists() or (since is not None and now - since > TOO_OLD)
    except OSError:  # a disk that is away
        return True


def _begun_at(settings: Settings) -> datetime | None:
    try:
        return datetime.fromtimestamp((backups_folder(settings) / SINCE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def back_up(engine: Engine, store: AttachmentStore, settings: Settings, now: datetime) -> BackedUp:
    """Throw away halves that killed programs have left, make tonight's backup, then throw away those beyond the kept.

    Parameters
    ----------
    engine
        The owner's.
    store
        Where the bytes of attachments lie.
    settings
        As for ``is_backup_due``.
    now
        The moment, with a time zone; the folder is called by it, in UTC.

    Returns
    -------
    made
        What it holds.

    Raises
    ------
    SetupError
        The database or the store does not answer; what was there stays.
    """
    folder = backups_folder(settings)
    named = folder / f"{now.astimezone(UTC):{_STAMP}}"
    # first, for one of them may be what fills the disk
    throw_away_halves(folder, _NIGHTLY)
    made = make_backup(engine, store, settings.home, named, settings.backup_recipient)
    past = [each for moment, each in list_backups(folder).items() if moment <= now]
    for old in past[: -settings.backups_kept]:
        shutil.rmtree(old)
    return made


def upgrade_safely(engine: Engine, store: AttachmentStore, settings: Settings) -> Path | None:
    """Bring the schema to the newest version, after a backup by which that can be taken back.

    Parameters
    ----------
    engine
        The owner's.
    store
        Where the bytes of attachments lie.
    settings
        Of them the folder of backups, and whether any are made here.

    Returns
    -------
    folder
        The backup's, kept until somebody throws it away; None where nothing had to be upgraded, there was nothing yet,
        or ``GRID_BACKUPS_KEPT`` is 0.

    Raises
    ------
    SetupError
        No backup can be made, or one was brought back by half; nothing is upgraded then.
    """
    with read_transaction(engine) as db:
        refuse_unfinished(db)
        version = schema_version(db)
    folder = None
    if settings.backups_kept and version not in (None, newest_version()):
        folder = backups_folder(settings) / f"before-upgrade-of-{version}-{datetime.now(UTC):{_STAMP}}"
        make_backup(engine, store, settings.home, folder, settings.backup_recipient)
    migrate(engine)
    repeat_erasings(engine, settings.home, [backups_folder(settings)])
    return folder
