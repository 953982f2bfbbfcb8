"""The verbs of ``python -m etl``; each asks, shows and ends with the exit code of what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from etl.cli.batch_commands import (
    DIFFERENCES_LISTED,
    list_batches,
    list_changes,
    parse_corrections,
    show_preview,
    undo_verb,
)
from etl.cli.integrity_commands import app as integrity
from etl.cli.integrity_commands import merge_verb
from etl.cli.mapping_commands import app as mapping_app
from etl.cli.progress_bars import Bars
from etl.cli.reorganisation_report import moved_verb
from etl.export.export_facts import export_facts
from etl.export.fault_workbook import write_rejects
from etl.export.template_workbook import write_template
from etl.kinds.source import Need
from etl.load.file_report import FileReport
from etl.load.load_files import load_files, preview_load
from etl.load.load_options import Said
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.calendar import day_of
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import database_at_hand, open_database
from geodata.database.registry import table_name
from geodata.database.scope import read_transaction
from geodata.errors import Rejected
from geodata.locale import Lang, translate
from geodata.settings import settings
from geodata.vocabulary import Datum

LANG = settings().lang
_FAULTS_SHOWN = 10
_NAMES_SHOWN = 12
app = typer.Typer(help=translate("etl.cli.help", LANG), no_args_is_help=True, add_completion=False)
screen = make_terminal()


def _cli(key: str, **values: object) -> str:
    return translate(f"etl.cli.{key}", LANG, **values)


def _day(said: str | None) -> date | None:
    return day_of(said) if said else None


def _outcome(report: FileReport) -> str:
    if not report.loaded:
        return _cli("not_loaded")
    return _cli("ok" if report.batch_id else "nothing")


def _show(reports: Sequence[FileReport], where: str | None) -> None:
    table = Table(box=None)
    for column in ("file", "sheet", "kind_of", "rows_read", "new", "changed", "same", "rejected", "outcome"):
        table.add_column(
            _cli(column), justify="right" if column in {"rows_read", "new", "changed", "same", "rejected"} else "left"
        )
    for each in reports:
        counts = (each.read, each.new, each.changed, each.same, each.rejected)
        kind = kind_name(each.kind, LANG) if each.kind else ""
        table.add_row(each.file, each.sheet, kind, *(str(count) for count in counts), _outcome(each))
    screen.print(table)
    for each in reports:
        _show_notes(each, where)


def _show_notes(report: FileReport, where: str | None) -> None:
    """What a person should know about a sheet beside its counts."""
    for hint in report.hints:
        screen.print(f"{report.file}: {hint.to_sentence(LANG)}")
    if report.note:
        screen.print(report.note)
    if report.left_out:
        names = list(report.left_out_names[:_NAMES_SHOWN]) + ["…"] * (report.left_out > _NAMES_SHOWN)
        listed = translate("list.comma", LANG).join(names)
        key = "left_out" if where else "left_out_mapping"
        screen.print(_cli(key, file=report.file, where=where, count=report.left_out, names=listed))
    if report.above:
        screen.print(_cli("above", file=report.file, lines=" / ".join(report.above)))
    if report.unused:
        columns = translate("list.comma", LANG).join(report.unused)
        screen.print(_cli("unused", file=report.file, columns=columns))


def _show_faults(reports: Sequence[FileReport], out: Path) -> None:
    """The first faults on the screen, all of them in the workbook ``out``."""
    faults = [reject for each in reports for reject in each.rejects]
    for reject in faults[:_FAULTS_SHOWN]:
        screen.print(reject.to_sentence(LANG), highlight=False)
    if len(faults) > _FAULTS_SHOWN:
        screen.print(_cli("more", count=len(faults) - _FAULTS_SHOWN, file=out))
    # after the faults: where it cannot be written, the screen has told the first of them
    write_rejects(out, reports)
    screen.print(_cli("written", file=out))


@app.command(help=_cli("load_help"))
def load(
    paths: Annotated[list[Path], typer.Argument(help=_cli("paths"))],
    kind: Annotated[str | None, typer.Option(help=_cli("kind"))] = None,
    datum: Annotated[str | None, typer.Option(help=_cli("datum"))] = None,
    max_rejects: Annotated[int, typer.Option(min=0, help=_cli("max_rejects"))] = 0,
    valid_from: Annotated[str | None, typer.Option(help=_cli("valid_from"))] = None,
    where: Annotated[str | None, typer.Option(help=_cli("where"))] = None,
    rejects: Annotated[Path | None, typer.Option(help=_cli("rejects"))] = None,
    mapping: Annotated[str | None, typer.Option(help=_cli("mapping"))] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help=_cli("synthetic"))] = False,
    column: Annotated[list[str] | None, typer.Option(help=_cli("column"))] = None,
    accept_renames: Annotated[bool, typer.Option("--accept-renames", help=_cli("accept_renames"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_cli("dry_run"))] = False,
) -> None:
    """Load files and say what became of each; a refused file ends with the exit code of ``Rejected``."""
    said = Said(
        kind=kind,
        datum=datum,
        max_rejects=max_rejects,
        synthetic=synthetic,
        valid_from=_day(valid_from),
        where=where,
        columns=parse_corrections(column or []),
        accept_renames=accept_renames,
        mapping=mapping,
    )
    engine = open_database(upgrade=True)
    preview = None
    with Bars(screen) as bars:
        if dry_run:
            preview = preview_load(engine, paths, progress=bars.show_progress, differences=DIFFERENCES_LISTED, **said)
            reports = list(preview.reports)
        else:
            reports = load_files(engine, paths, progress=bars.show_progress, **said)
    _show(reports, where)
    if preview is not None:
        show_preview(screen, preview)
    if any(each.rejects for each in reports):
        out = rejects or settings().home / "rejects" / f"{next(each.file for each in reports if each.rejects)}.xlsx"
        _show_faults(reports, out)
    refused = next((each for each in reports if each.kind and not each.loaded and each.rejects), None)
    if refused is not None:
        raise Rejected(refused.to_sentence(LANG))


@contextmanager
def _named_there() -> Iterator[Connection | None]:
    """A connection to what names columns; nothing where no database of this version is at hand."""
    with database_at_hand() as engine:
        if engine is None:
            yield None
            return
        with read_transaction(engine) as db:
            yield db


@app.command(help=_cli("template_help"))
def template(
    kind: Annotated[str, typer.Argument(help=_cli("kind"))],
    out: Annotated[Path, typer.Argument(help=_cli("out"))],
    lang: Annotated[Lang, typer.Option(help=_cli("lang"))] = LANG,
) -> None:
    """Write the empty workbook of a kind of fact."""
    with _named_there() as db:
        write_template(kind, out, lang, db)
    screen.print(_cli("template_written", file=out, kind=kind_name(kind, lang)))


@app.command(help=_cli("export_help"))
def export(
    kind: Annotated[str, typer.Argument(help=_cli("kind"))],
    out: Annotated[Path, typer.Argument(help=_cli("out_file"))],
    unit: Annotated[str | None, typer.Option(help=_cli("export_unit"))] = None,
    form: Annotated[str | None, typer.Option("--format", help=_cli("export_format"))] = None,
    lang: Annotated[Lang, typer.Option(help=_cli("lang"))] = LANG,
) -> None:
    """Write the facts of a kind back to a file."""
    with read_transaction(open_database()) as db:
        count = export_facts(db, kind, out, unit=unit, form=form, lang=lang)
    name = kind_name(kind, lang) if kind in discover() else table_name(kind)
    screen.print(_cli("exported", count=count, kind=name, file=out))


@app.command(help=_cli("kinds_help"))
def kinds() -> None:
    """List every kind of fact and its columns; needed ones carry a star."""
    with database_at_hand():
        for kind, source in discover().items():
            columns = (
                f"{field_heading(kind, each.name, LANG)}{'' if each.need is Need.MAY else '*'}"
                for each in source.fields
            )
            told = f" {kind_name(kind, LANG)}: {translate('list.comma', LANG).join(columns)}"
            screen.print(Text.assemble((kind, "bold"), told))
    screen.print(f"--datum: {' '.join(Datum)}")


app.command("batches", help=_cli("batches_help"))(list_batches)
app.command("undo", help=_cli("undo_help"))(undo_verb)
app.command("changes", help=_cli("changes_help"))(list_changes)
app.command("moved", help=_cli("moved_help"))(moved_verb)
app.add_typer(mapping_app, name="mapping")
app.add_typer(integrity, name="integrity")
app.command("merge", help=translate("etl.merge.cli.help", LANG))(merge_verb)
if find_spec("etl.demo") is not None:
    app.command("demo", help=translate("etl.demo.help", LANG))(import_module("etl.cli.demo_commands").demo_verb)
