"""``python -m etl mapping``: list the mappings known by name, check one, draft one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.mapping.mapping_check import find_mapping_faults
from etl.mapping.mapping_draft import draft_mapping
from etl.mapping.mapping_file import find_saved_mappings, read_mapping, shipped_mappings
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import database_at_hand
from geodata.errors import Rejected, UserError
from geodata.locale import translate
from geodata.settings import settings

LANG = settings().lang
app = typer.Typer(help=translate("etl.cli.mapping_help", LANG), no_args_is_help=True)
screen = make_terminal()


@app.command(name="list", help=translate("etl.cli.mapping_list", LANG))
def show() -> None:
    """Name every mapping that is known by name, and where a saved one lies."""
    for name in shipped_mappings():
        screen.print(translate("etl.mapping.shipped", LANG, name=name, title=read_mapping(name).title[LANG]))
    for name, file in find_saved_mappings().items():
        try:
            told = translate("etl.mapping.saved", LANG, name=name, title=read_mapping(file).title[LANG], file=file)
        except UserError as fault:
            told = translate("etl.mapping.unreadable", LANG, name=name, file=file, why=fault.to_sentence(LANG))
        screen.print(told)


@app.command(help=translate("etl.cli.mapping_check", LANG))
def check(file: Annotated[str, typer.Argument(help=translate("etl.cli.mapping", LANG))]) -> None:
    """Say every fault of a mapping; one with faults ends with the exit code of ``Rejected``."""
    mapping = read_mapping(file)
    with database_at_hand():
        found = find_mapping_faults(mapping)
    for sentence in found:
        screen.print(sentence)
    if found:
        raise Rejected("etl.mapping.faulty", file=mapping.path.name, count=len(found))
    screen.print(translate("etl.mapping.good", LANG, file=mapping.path.name, tables=len(mapping.table)))


@app.command(help=translate("etl.cli.mapping_draft", LANG))
def draft(
    file: Annotated[Path, typer.Argument(help=translate("etl.cli.mapping_draft_file", LANG))],
    out: Annotated[Path | None, typer.Option(help=translate("etl.cli.mapping_draft_out", LANG))] = None,
) -> None:
    """Write a first mapping of a file to ``out``, else to standard output."""
    with database_at_hand():
        text = draft_mapping(file)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UserError("etl.cannot_write", file=out, why=error.strerror) from error
    screen.print(translate("etl.mapping.drafted", LANG, file=out))
