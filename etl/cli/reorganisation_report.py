"""What a reorganisation moved, told on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from geodata.calendar import day_of
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction
from geodata.locale import label_of, translate
from geodata.settings import settings
from geodata.territory.reorganisation import Moved, find_moved

LANG = settings().lang


def report_lines(found: Moved) -> list[str]:
    """The report as sentences, in the language of the settings.

    Parameters
    ----------
    found
        What the reorganisation of one day moved.

    Returns
    -------
    sentences
        Units first, then subjects by the way they went, those that could not be placed, and posts; one sentence alone
        when no unit moved on that day.
    """

    def cli(key: str, /, **values: object) -> str:
        return translate(f"etl.cli.{key}", LANG, **values)

    if not found.units:
        return [cli("moved_none", on=found.on)]
    names = {each.old_code: each.old_name for each in found.units} | {
        each.new_code: each.new_name for each in found.units
    }
    told = [
        cli(
            "moved_unit",
            how=label_of(each.how, LANG),
            old=f"{each.old_name} {each.old_code}",
            new=f"{each.new_name} {each.new_code}",
        )
        for each in found.units
    ]
    ways: dict[tuple[str, str | None], int] = {}
    for each in found.subjects:
        ways[each.old_code, each.new_code] = ways.get((each.old_code, each.new_code), 0) + 1
    for (old, new), count in ways.items():
        told.append(cli("moved_subjects", count=count, old=names.get(old, old), new=names.get(str(new), new)))
    told += [cli("moved_unplaced", subject=each.subject_id, village=each.old_code) for each in found.unplaced]
    told += [
        cli(
            "moved_post",
            person=each.name,
            role=label_of(each.role, LANG),
            unit=names.get(each.unit_code, each.unit_code),
        )
        for each in found.posts
    ]
    return told


def moved_verb(on: Annotated[str, typer.Argument(help=translate("etl.cli.moved_on", LANG))]) -> None:
    """Report what the reorganisation of a day moved.

    Parameters
    ----------
    on
        Day of the reorganisation, YYYY-MM-DD: the first day on which the new units are in force.

    Raises
    ------
    UserError
        The text says no day.
    """
    day = day_of(on)
    engine = open_database(upgrade=True)
    screen = make_terminal()
    with read_transaction(engine) as db:
        for line in report_lines(find_moved(db, day)):
            screen.print(line)
