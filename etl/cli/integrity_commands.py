"""``python -m etl integrity`` and ``python -m etl merge``: each asks, prints, and ends; nothing is decided here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import Connection, Engine

from etl.load.boundary_rows import note_boundaries
from geodata.calendar import day_of, past_day_of, today
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction, write_transaction
from geodata.deadlines.working_days import unpublished_text
from geodata.errors import UserError
from geodata.integrity import work_item_acts
from geodata.integrity.finding_store import Outcome
from geodata.integrity.run_checks import look_over, run_checks
from geodata.integrity.work_item_files import Format, format_of, write_file, write_text
from geodata.integrity.work_item_trail import item_history
from geodata.integrity.work_list import list_work_items
from geodata.locale import label_of, translate
from geodata.rollup.indicator_counts import village_counts
from geodata.settings import settings
from geodata.subjects import subject_merge as merging
from geodata.vocabulary import OPEN_WORK, Datum, WorkState

LANG = settings().lang
app = typer.Typer(help=translate("etl.integrity.cli.help", LANG), invoke_without_command=True, add_completion=False)
screen = make_terminal()


def _cli(key: str, **values: object) -> str:
    return translate(f"etl.integrity.cli.{key}", LANG, **values)


def _day(said: str | None) -> date:
    return day_of(said) if said else today()


def _as_of(said: str | None) -> date:
    return past_day_of(said) if said else today()


AsOf = Annotated[str | None, typer.Option("--as-of", help=_cli("as_of"))]
Unit = Annotated[str | None, typer.Option("--unit", help=_cli("unit"))]
Checks = Annotated[list[str] | None, typer.Option("--check", help=_cli("check"))]
Form = Annotated[Format | None, typer.Option("--format", help=_cli("format"))]
Out = Annotated[Path | None, typer.Option("--out", help=_cli("out"))]
Item = Annotated[str, typer.Argument(help=_cli("item"))]


@app.callback()
def integrity(
    context: typer.Context,
    as_of: AsOf = None,
    unit: Unit = None,
    check: Checks = None,
    look: Annotated[bool, typer.Option("--look", help=_cli("look"))] = False,
    boundaries: Annotated[Path | None, typer.Option(help=_cli("boundaries"))] = None,
    datum: Annotated[Datum | None, typer.Option(help=_cli("datum"))] = None,
    form: Form = None,
    out: Out = None,
) -> None:
    """Run the checks, bring the list up to date and print what became of it; with a format, the open items too."""
    if context.invoked_subcommand is not None:
        return
    day, engine = _as_of(as_of), _engine()
    if look:
        with read_transaction(engine) as db:
            found = look_over(db, day, checks=check, within=unit)
        _show([Outcome(key, len(each), 0, 0, 0) for key, each in found.items()])
        screen.print(_cli("looked"))
        return
    with write_transaction(engine) as db:
        if boundaries is not None:
            if datum is None:
                raise UserError("etl.integrity.cli.datum_needed", file=boundaries)
            note_boundaries(db, boundaries, datum, day)
        outcomes = run_checks(db, day, checks=check, within=unit)
        if form is None and out is None:
            _show(outcomes)
            _show_clean(db, day, unit)
        else:
            _write(db, day, unit, check, OPEN_WORK, form, out)


@app.command("list", help=_cli("list_help"))
def listed(
    as_of: AsOf = None,
    unit: Unit = None,
    check: Checks = None,
    everything: Annotated[bool, typer.Option("--all", help=_cli("all"))] = False,
    form: Form = None,
    out: Out = None,
) -> None:
    """Print or write the items as they stand, without checking anew."""
    with read_transaction(_engine()) as db:
        states = frozenset(WorkState) if everything else OPEN_WORK
        _write(db, _as_of(as_of), unit, check, states, form or (None if out else Format.CSV), out)


@app.command(help=_cli("assign_help"))
def assign(
    item: Item,
    person: Annotated[str, typer.Argument(help=_cli("person"))],
    due: Annotated[str | None, typer.Option(help=_cli("due"))] = None,
    note: Annotated[str | None, typer.Option(help=_cli("note"))] = None,
) -> None:
    """Give an item to a person."""
    with write_transaction(_engine()) as db:
        asked = _day(due) if due else None
        deadline = work_item_acts.assign_item(db, item, person, on=today(), due_on=asked, note=note)
    screen.print(_cli("assigned", item=item, person=person, due=deadline.last_on))
    if deadline.unpublished:
        screen.print(unpublished_text(deadline.unpublished, LANG))


@app.command(help=_cli("accept_help"))
def accept(item: Item, reason: Annotated[str, typer.Option(help=_cli("reason"))]) -> None:
    """Accept an item with a reason."""
    with write_transaction(_engine()) as db:
        work_item_acts.accept_item(db, item, reason, on=today())
    screen.print(_cli("accepted", item=item))


@app.command(help=_cli("reopen_help"))
def reopen(item: Item) -> None:
    """Take back an acceptance or an assignment."""
    with write_transaction(_engine()) as db:
        work_item_acts.reopen_item(db, item, on=today())
    screen.print(_cli("reopened", item=item))


@app.command("history", help=_cli("history_help"))
def past(item: Item) -> None:
    """Print what was done about an item."""
    with read_transaction(_engine()) as db:
        changes = item_history(db, item)
    table = Table(box=None)
    for column in ("at", "by", "state", "owner", "due", "reason", "note"):
        table.add_column(_cli(f"past_{column}"))
    for each in changes:
        at, state = f"{each.at:%Y-%m-%d %H:%M}", label_of(each.state, LANG)
        cells = (at, each.login, state, each.owner_no, each.due_on, each.reason, each.note)
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    screen.print(table)


def merge_verb(
    keep: Annotated[str | None, typer.Argument(help=translate("etl.merge.cli.keep", LANG))] = None,
    drop: Annotated[str | None, typer.Argument(help=translate("etl.merge.cli.drop", LANG))] = None,
    undo: Annotated[int | None, typer.Option(help=translate("etl.merge.cli.undo", LANG))] = None,
    on: Annotated[str | None, typer.Option(help=translate("etl.merge.cli.on", LANG))] = None,
) -> None:
    """Make one of two subjects, or undo that.

    Parameters
    ----------
    keep
        Number of the subject that stays; given together with ``drop``, or neither of them.
    drop
        Number of the subject that becomes part of it, off the roster on every day.
    undo
        Number of a merge to undo, instead of the two subjects.
    on
        Day of the merge, YYYY-MM-DD; None: today.

    Raises
    ------
    UserError
        Neither two subjects nor a merge to undo are given, or both are; ``on`` is no day; the two contradict each
        other, one is not there or merged already; the merge cannot be undone any more.
    """
    if (undo is None) == (keep is None or drop is None):
        raise UserError("etl.merge.cli.two_or_undo")
    with write_transaction(_engine()) as db:
        if undo is not None:
            merging.undo_merge(db, undo)
            told = translate("etl.merge.cli.undone", LANG, merge=undo)
        else:
            number = merging.merge_subjects(db, str(keep), str(drop), on=_day(on))
            told = translate("etl.merge.cli.done", LANG, keep=keep, drop=drop, merge=number)
    screen.print(told)


def _engine() -> Engine:
    return open_database(upgrade=True)


def _show(outcomes: list[Outcome]) -> None:
    table = Table(box=None)
    table.add_column(_cli("check_column"))
    counts = ("found", "new", "still", "reopened", "solved")
    for count in counts:
        table.add_column(_cli("back" if count == "reopened" else count), justify="right")
    for each in outcomes:
        name = f"{translate(f'work.{each.check}.name', LANG)} {each.check}"
        table.add_row(name, *(str(getattr(each, count)) for count in counts))
    table.add_row(_cli("total"), *(str(sum(getattr(each, count) for each in outcomes)) for count in counts))
    screen.print(table)


def _show_clean(db: Connection, day: date, unit: str | None) -> None:
    clean = village_counts(db, "grid_clean", day, unit).sum()
    screen.print(_cli("clean", n=clean["numerator"], of=clean["denominator"]))


def _write(
    db: Connection,
    day: date,
    unit: str | None,
    checks: list[str] | None,
    states: frozenset[WorkState],
    form: Format | None,
    out: Path | None,
) -> None:
    found = list_work_items(db, day, within=unit, checks=checks, states=states, lang=LANG)
    if out is not None:
        write_file(found, out, format_of(out, form), LANG)
        screen.print(_cli("written", count=len(found), file=out))
    elif form is None or form is Format.XLSX:
        raise UserError("etl.integrity.out_needed")
    else:
        typer.echo(write_text(found, form, LANG), nl=False)
