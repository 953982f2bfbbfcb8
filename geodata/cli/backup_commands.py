"""The verbs ``backup`` and ``restore`` of ``python -m geodata``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geodata.attachments.attachment_store import open_store
from geodata.backup.backup_folder import BackedUp, make_backup, restore_backup
from geodata.cli.database_commands import LANG, app
from geodata.database.engine import make_engine
from geodata.locale import translate
from geodata.settings import settings

Folder = Annotated[Path, typer.Argument(help=translate("backup.folder", LANG))]


@app.command(help=translate("backup.backup", LANG))
def backup(folder: Folder) -> None:
    """Put database and attachments into a new folder; exit code 1 when files of attachments are lost."""
    known = settings()
    _tell("backup.made", make_backup(make_engine(), open_store(known), known.home, folder), folder)


@app.command(help=translate("backup.restore", LANG))
def restore(folder: Folder) -> None:
    """Bring a backup back into an installation without data; exit code 1 when files of attachments are lost."""
    known = settings()
    _tell("backup.restored", restore_backup(make_engine(), open_store(known), known.home, folder), folder)


def _tell(key: str, found: BackedUp, folder: Path) -> None:
    typer.echo(translate(key, LANG, folder=folder, attachments=found.attachments, files=found.files))
    if found.missing:
        typer.echo(translate("backup.missing", LANG, count=len(found.missing), first=found.missing[0]))
        raise typer.Exit(1)
