"""The verbs about batches: what was loaded, what a load would change or has changed, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.load.batch_differences import Difference, list_differences
from etl.load.file_report import Preview, emptied_sentence
from etl.load.undo_batches import undo_batches
from etl.load.undo_dependents import file_of
from etl.mapping.unit_assignment import meant_field
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.batches import get_batch
from geodata.database.batches import list_batches as listed
from geodata.database.registry import table_name
from geodata.database.scope import read_transaction
from geodata.errors import UserError
from geodata.locale import translate
from geodata.settings import settings

LANG = settings().lang
DIFFERENCES_LISTED = 20
_NOTHING = "–"
screen = make_terminal()


def _cli(key: str, /, **values: object) -> str:
    return translate(f"etl.cli.{key}", LANG, **values)


def parse_corrections(said: Iterable[str]) -> dict[str, str]:
    """Read what a person says of columns, ``heading=field``, as heading → field.

    Parameters
    ----------
    said
        Words with ``=``; the last one in a word parts them, so that a heading may hold the sign. Nothing behind it
        leaves the column out.

    Returns
    -------
    columns
        Heading → name of a field, both stripped, in the order said; of a heading said twice the last word stands.

    Raises
    ------
    UserError
        A word has no ``=``, or nothing before it.
    """
    found = {}
    for each in said:
        title, sign, field = each.rpartition("=")
        if not sign or not title.strip():
            raise UserError("etl.column_form", said=each)
        found[title.strip()] = field.strip()
    return found


def show_preview(console: Console, found: Preview) -> None:
    """What a preview adds to the table of a load: the columns as recognised, and the first differences.

    Parameters
    ----------
    console
        Where it is printed.
    found
        The preview; sheets without a kind of fact were not looked at and are passed over.
    """
    for each in found.reports:
        if each.kind:
            columns = translate("list.comma", LANG).join(
                f"{title} = {field_heading(each.kind, meant_field(field), LANG)}"
                for field, title in each.columns.items()
            )
            said = _cli("columns", file=each.file, kind=kind_name(each.kind, LANG), columns=columns)
            console.print(said)
        show_differences(console, each.differences)
    if told := emptied_sentence(found.reports, LANG):
        console.print(told)
    console.print(found.moved.to_sentence(LANG))
    console.print(_cli("previewed"))


def show_differences(console: Console, found: Iterable[Difference]) -> None:
    """One line per changed cell, one per added row.

    Parameters
    ----------
    console
        Where it is printed.
    found
        The cells of one row stand one after the other, as ``list_differences`` gives them; ``key`` is a JSON array.
    """
    for (table, key, added), cells in groupby(found, key=lambda each: (each.table, each.key, each.added)):
        where = {"table": table_name(table), "key": " ".join(map(str, json.loads(key)))}
        if added:
            values = " ".join(f"{each.column}={each.after}" for each in cells)
            console.print(_cli("difference_new", cells=values, **where))
            continue
        for each in cells:
            told = {"before": each.before or _NOTHING, "after": each.after or _NOTHING}
            console.print(_cli("difference", column=each.column, **told, **where))


def _kind(kind: str) -> str:
    return kind_name(kind, LANG) if kind in discover() else kind


def list_batches(most: Annotated[int, typer.Option(min=1, help=_cli("most"))] = 30) -> None:
    """List the newest batches.

    Parameters
    ----------
    most
        How many are listed at most, the newest first; at least 1.
    """
    engine = open_database(upgrade=True)
    with read_transaction(engine) as db:
        found = listed(db, most)
    if not found:
        screen.print(_cli("no_batches"))
        return
    counts = ("rows_read", "new", "changed", "same", "rejected")
    table = Table(box=None)
    for column in ("batch_id", "loaded_at", "loaded_by", "file", "kind_of", *counts, "undone"):
        table.add_column(_cli(column), justify="right" if column in {"batch_id", *counts} else "left")
    for each in found:
        numbers = (each.read, each.new, each.changed, each.same, each.rejected)
        undone = f"{each.undone_at:%Y-%m-%d %H:%M} {each.undone_by}" if each.undone_at else ""
        words = (f"{each.loaded_at:%Y-%m-%d %H:%M}", each.loaded_by, file_of(each), _kind(each.kind))
        table.add_row(str(each.id), *words, *map(str, numbers), undone)
    screen.print(table)


def undo_verb(numbers: Annotated[list[int], typer.Argument(help=_cli("batch"))]) -> None:
    """Take batches back, all or none.

    Parameters
    ----------
    numbers
        Numbers of the batches, in any order.

    Raises
    ------
    NotFound
        A batch of that number was never loaded.
    Rejected
        A batch was taken back already, or something newer stands on it; nothing is taken back then.
    """
    engine = open_database(upgrade=True)
    for each in undo_batches(engine, numbers):
        said = _cli("undone_line", batch=each.id, file=file_of(each), new=each.new, changed=each.changed)
        screen.print(said)


def list_changes(
    number: Annotated[int, typer.Argument(help=_cli("batch"))],
    most: Annotated[int, typer.Option(min=1, help=_cli("most"))] = DIFFERENCES_LISTED,
) -> None:
    """List what a batch changed.

    Parameters
    ----------
    number
        Number of the batch.
    most
        Rows listed at most, of each sort (changed, added) and table; at least 1.

    Raises
    ------
    NotFound
        There is no batch of that number.
    """
    engine = open_database(upgrade=True)
    with read_transaction(engine) as db:
        get_batch(db, number)
        show_differences(screen, list_differences(db, number, most))
