"""The verb ``erase-person`` of ``python -m geodata``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from geodata.backup.nightly import erasing_folders
from geodata.cli.database_commands import LANG, app
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.registry import table_name
from geodata.erasing.erase_person import erase_person
from geodata.locale import translate
from geodata.settings import settings


@app.command("erase-person", help=translate("erasing.verb", LANG))
def erase_person_verb(
    person_no: Annotated[str, typer.Argument(help=translate("erasing.person", LANG))],
    basis: Annotated[str, typer.Option(help=translate("erasing.basis", LANG))],
    yes: Annotated[bool, typer.Option("--yes", help=translate("erasing.yes", LANG))] = False,
) -> None:
    """Erase who a person was; asked once, and there is no way back."""
    known = settings()
    if not yes:
        typer.confirm(translate("erasing.sure", LANG, person=person_no), abort=True)
    mentions = erase_person(open_database(), erasing_folders(known), person_no, basis, datetime.now(UTC))
    out = make_terminal()
    out.print(translate("erasing.done", LANG, person=person_no))
    for table, keys in mentions.rows.items():
        listed = translate("list.comma", LANG).join(keys)
        out.print(translate("erasing.mention", LANG, table=table_name(table), count=len(keys), keys=listed))
    for file in mentions.files:
        out.print(translate("erasing.file", LANG, file=file))
