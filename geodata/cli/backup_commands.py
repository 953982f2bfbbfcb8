"""The verbs ``backup``, ``verify``, ``restore`` and ``backup-key`` of ``python -m geodata``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from geodata.attachments.attachment_store import open_store
from geodata.backup.backup_folder import BackedUp, make_backup, restore_backup, verify_backup
from geodata.backup.nightly import backups_folder
from geodata.backup.sealing import make_identity
from geodata.cli.database_commands import LANG, app
from geodata.cli.opened_database import open_database
from geodata.locale import translate
from geodata.settings import settings

Folder = Annotated[Path, typer.Argument(help=translate("backup.folder", LANG))]


@app.command(help=translate("backup.backup", LANG))
def backup(folder: Folder) -> None:
    """Put database and attachments into a new folder; exit code 1 when files of attachments are lost."""
    known = settings()
    made = make_backup(open_database(), open_store(known), known.home, folder, known.backup_recipient)
    _tell("backup.made", made, folder)


@app.command("backup-key", help=translate("backup.key", LANG))
def backup_key(file: Annotated[Path, typer.Argument(help=translate("backup.key_file", LANG))]) -> None:
    """Make the two keys of sealed backups: the secret one goes into a file, the public one is printed."""
    typer.echo(make_identity(file))


@app.command(help=translate("backup.verify", LANG))
def verify(folder: Folder) -> None:
    """Look at every byte of a backup; a damaged or missing file ends in a sentence that names it."""
    found = verify_backup(folder)
    typer.echo(
        translate(
            "backup.verified",
            LANG,
            folder=folder,
            made_at=f"{found.made_at.astimezone(ZoneInfo(settings().timezone)):%Y-%m-%d %H:%M}",
            tables=len(found.tables),
            rows=sum(rows for rows, _ in found.tables.values()),
            files=len(found.attachments),
        )
    )


@app.command(help=translate("backup.restore", LANG))
def restore(
    folder: Folder,
    identity: Annotated[Path | None, typer.Option(help=translate("backup.identity", LANG))] = None,
) -> None:
    """Bring a backup back into an installation without data; exit code 1 when files of attachments are lost."""
    known = settings()
    restored = restore_backup(open_database(), open_store(known), known.home, folder, identity, [backups_folder(known)])
    _tell("backup.restored", restored, folder)


def _tell(key: str, found: BackedUp, folder: Path) -> None:
    typer.echo(translate(key, LANG, folder=folder, attachments=found.attachments, files=found.files))
    if found.missing:
        typer.echo(translate("backup.missing", LANG, count=len(found.missing), first=found.missing[0]))
        raise typer.Exit(1)
