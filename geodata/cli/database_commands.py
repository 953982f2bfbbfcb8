"""The verbs of ``python -m geodata``; each asks and prints, none counts."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table
from rich.text import Text

from geodata import embedded
from geodata.calendar import today
from geodata.cli.arguments import parse_day, parse_level
from geodata.cli.exit_codes import make_terminal
from geodata.cli.level_commands import levels_verb
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction
from geodata.database.upgrade import newest_version, schema_version
from geodata.errors import UserError
from geodata.freshness import read_freshness
from geodata.indicators import INDICATORS
from geodata.levels import Level, current_levels
from geodata.locale import label_of, translate
from geodata.responsibility.chain import Chain, responsibility_chain
from geodata.rollup.indicator_counts import count_indicator, measure_subjects
from geodata.settings import settings
from geodata.tables.csv_rows import write_csv_rows

LANG = settings().lang
app = typer.Typer(help=translate("cli.help", LANG), no_args_is_help=True, add_completion=False)


class Format(StrEnum):
    """How ``indicators`` prints."""

    CSV = "csv"
    JSON = "json"


class ChainFormat(StrEnum):
    """How ``chain`` prints."""

    TABLE = "table"
    JSON = "json"


AsOf = Annotated[str | None, typer.Option("--as-of", help=translate("cli.as_of", LANG))]
UnitCode = Annotated[str | None, typer.Option("--unit", help=translate("cli.unit", LANG))]


@app.command(help=translate("cli.up", LANG))
def up() -> None:
    """Start the database, bring its schema up to date, print its address."""
    engine = open_database(upgrade=True)
    typer.echo(translate("cli.ready", LANG, url=engine.url.render_as_string(hide_password=True)))


@app.command(help=translate("cli.down", LANG))
def down() -> None:
    """Stop the private database."""
    running = embedded.cluster_status(settings().home).running
    embedded.stop_cluster(settings().home)
    typer.echo(translate("cli.stopped" if running else "cli.not_running", LANG))


@app.command(help=translate("cli.migrate", LANG))
def migrate() -> None:
    """Bring the schema up to date."""
    engine = open_database(upgrade=True)
    with read_transaction(engine) as db:
        typer.echo(translate("cli.migrated", LANG, version=schema_version(db)))


@app.command(help=translate("cli.status", LANG))
def status() -> None:
    """One line on the database and its freshness; exit code 1 when it does not run."""
    if settings().database_url is None and not embedded.cluster_status(settings().home).running:
        typer.echo(translate("cli.not_running", LANG))
        raise typer.Exit(1)
    engine = open_database()
    with read_transaction(engine) as db:
        version = schema_version(db)
        stamp = read_freshness(db, today()) if version == newest_version() else None
    typer.echo(
        translate(
            "cli.status_line",
            LANG,
            url=engine.url.render_as_string(hide_password=True),
            version=version,
            newest=newest_version(),
            data_as_of=(stamp and stamp.data_as_of) or "—",
            loaded_at=(stamp and stamp.loaded_at) or "—",
            rules=(stamp and stamp.rules_version) or "—",
        )
    )


@app.command(help=translate("cli.indicators", LANG))
def indicators(
    level: Annotated[str | None, typer.Option(help=translate("cli.level", LANG))] = None,
    unit: UnitCode = None,
    as_of: AsOf = None,
    indicator: Annotated[list[str] | None, typer.Option(help=translate("cli.indicator", LANG))] = None,
    form: Annotated[Format, typer.Option("--format", help=translate("cli.format", LANG))] = Format.CSV,
) -> None:
    """Counts and rates at a level, as CSV or JSON."""
    on = parse_day(as_of)
    with read_transaction(open_database()) as db:
        asked_level, frames = parse_level(current_levels(), level), {}
        for key in indicator or INDICATORS:
            asked = (
                measure_subjects(db, key, on, unit)
                if asked_level is Level.SUBJECT
                else count_indicator(db, key, asked_level, on, unit)
            )
            frames[key] = asked.reset_index()
    frame = pd.concat(frames, names=["indicator"]).reset_index(level=0)
    frame.insert(1, "as_of", on.isoformat())
    if form == Format.CSV:
        rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
        write_csv_rows(typer.get_text_stream("stdout"), list(frame.columns), rows)
    else:
        typer.echo(frame.to_json(orient="records", force_ascii=False))


app.command("levels", help=translate("levels.cli.about", LANG))(levels_verb)


@app.command(help=translate("cli.chain", LANG))
def chain(
    unit: UnitCode = None,
    subject: Annotated[str | None, typer.Option("--subject", help=translate("cli.subject", LANG))] = None,
    as_of: AsOf = None,
    form: Annotated[ChainFormat, typer.Option("--format", help=translate("cli.format", LANG))] = ChainFormat.TABLE,
) -> None:
    """Who answers on a day, as a table or JSON."""
    if (unit is None) == (subject is None):
        raise UserError("error.one_place")
    with read_transaction(open_database()) as db:
        found = responsibility_chain(db, parse_day(as_of), unit_code=unit, subject_id=subject)
    if form == ChainFormat.JSON:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        make_terminal(soft_wrap=False).print(as_table(found))


def as_json(found: Chain) -> dict[str, object]:
    """The chain as plain values: dates ISO, office phones only.

    Parameters
    ----------
    found
        The chain of a unit or subject.

    Returns
    -------
    values
        ``as_of complete levels``; each level ``level code name named escalates_to posts vacant``. Words are code words;
        ``since`` and ``last_holder`` of a vacancy are None when nobody ever held the post.
    """
    return {
        "as_of": found.as_of.isoformat(),
        "complete": found.complete,
        "levels": [
            {
                "level": level.level.value,
                "code": level.place_code,
                "name": level.place_name,
                "named": level.named,
                "escalates_to": level.escalates_to,
                "posts": [
                    {
                        "role": post.role.value,
                        "name": post.name,
                        "since": post.since.isoformat(),
                        "office_phone": post.office_phone,
                        "acting_for": post.acting_for,
                        "document_no": post.document_no,
                    }
                    for post in level.posts
                ],
                "vacant": [
                    {
                        "role": gap.role.value,
                        "since": gap.since and gap.since.isoformat(),
                        "last_holder": gap.last_holder,
                    }
                    for gap in level.vacancies
                ],
            }
            for level in found.levels
        ],
    }


def as_table(found: Chain) -> Table:
    """The chain as a table for the terminal, one line per post or vacancy.

    Parameters
    ----------
    found
        The chain of a unit or subject.

    Returns
    -------
    table
        Five columns without headings: level, place, role, holder (a vacancy in red), first day; its title is the day.
    """
    table = Table(title=found.as_of.isoformat())
    for _ in range(5):
        table.add_column()
    for level in found.levels:
        place = (label_of(level.level, LANG), level.place_name)
        for post in level.posts:
            acting = translate("cli.acting_for", LANG, name=post.acting_for) if post.acting_for else ""
            since = translate("cli.since", LANG, date=post.since)
            table.add_row(*place, label_of(post.role, LANG), f"{post.name} {acting}".strip(), since)
        for gap in level.vacancies:
            since = translate("cli.since", LANG, date=gap.since) if gap.since else ""
            table.add_row(*place, label_of(gap.role, LANG), Text(translate("cli.vacant", LANG), style="red"), since)
    return table
