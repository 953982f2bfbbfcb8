"""``python -m dashboard rule …``: list rules, set a value, take one back, on the server itself.

The same checks as on the page; also the way back for an administrator, since it stands on no rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import Connection

from dashboard.tables.rule_preview_words import ToldPreview, rule_title, tell_preview
from geodata.calendar import day_of, today
from geodata.cli.arguments import parse_day
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction, steady_transaction
from geodata.locale import translate
from geodata.preview.rule_preview import preview_rule
from geodata.rule_changes.rule_acts import RuleChange, plan_rule, plan_taking_back, write_change
from geodata.rule_changes.rule_text import find_kind, rule_name, show_value, value_note
from geodata.rule_kinds import RULE_KINDS
from geodata.rules import rules_in_force
from geodata.settings import settings

LANG = settings().lang


def _cli(key: str, **values: object) -> str:
    return translate(f"rule.cli.{key}", LANG, **values)


app = typer.Typer(help=_cli("help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Key = Annotated[str, typer.Argument(help=_cli("key"))]
Scope = Annotated[str, typer.Option(help=_cli("scope"))]
From = Annotated[str | None, typer.Option("--from", help=_cli("from"))]
Preview = Annotated[bool, typer.Option("--preview", help=_cli("preview"))]


@app.command("list", help=_cli("list"))
def listing(
    key: Annotated[str | None, typer.Argument(help=_cli("key"))] = None,
    as_of: Annotated[str | None, typer.Option(help=_cli("as_of"))] = None,
) -> None:
    """The rules in force on a day; of one rule also what its value may be."""
    day, one = parse_day(as_of), find_kind(key) if key else None
    with read_transaction(open_database()) as db:
        rows = rules_in_force(db, day).to_dict("records")
    table = Table(box=None)
    for column in ("rule", "scope", "value", "since", "source"):
        table.add_column(_cli(f"column.{column}"))
    for row in rows:
        kind = RULE_KINDS[str(row["key"])]
        if one in (None, kind):
            named = f"{kind.key} {rule_name(kind.key, LANG)}"
            table.add_row(named, row["scope"], show_value(kind, row["value"], LANG), str(row["from_on"]), row["source"])
    make_terminal(soft_wrap=False).print(table)
    if one:
        typer.echo(f"{translate(f'rule.about.{one.key}', LANG)} {value_note(one, LANG)}")


@app.command("set", help=_cli("set"))
def enter(
    key: Key,
    value: Annotated[str, typer.Argument(help=_cli("value"))],
    source: Annotated[str, typer.Option(help=_cli("source"))],
    scope: Scope = "",
    from_on: From = None,
    preview: Preview = False,
) -> None:
    """Set or correct a value from a day on, today unless another is said."""
    day = day_of(from_on) if from_on else today()
    change = _do(lambda db: plan_rule(db, key, scope, day, value, source), only_look=preview)
    if not preview:
        now = show_value(change.kind, change.value, LANG)
        typer.echo(_cli("done", what=rule_title(change, LANG), day=change.from_on, now=now))


@app.command("back", help=_cli("back"))
def take_back(key: Key, from_on: From = None, scope: Scope = "", preview: Preview = False) -> None:
    """Take back what was set for a day, today unless another is said."""
    day = day_of(from_on) if from_on else today()
    change = _do(lambda db: plan_taking_back(db, key, scope, day), only_look=preview)
    if not preview:
        typer.echo(_cli("taken_back", what=rule_title(change, LANG), day=change.from_on))


def _do(plan: Callable[[Connection], RuleChange], *, only_look: bool) -> RuleChange:
    with steady_transaction(open_database()) as db:
        change = plan(db)
        if only_look:
            _print(tell_preview(db, preview_rule(db, change), LANG))
        else:
            write_change(db, change)
    return change


def _print(told: ToldPreview) -> None:
    terminal = make_terminal(soft_wrap=False)
    for sentence in told.sentences:
        typer.echo(sentence)
    for each in told.tables:
        table = Table(*each.heads, box=None, title=each.title, title_justify="left")
        for row in each.rows:
            table.add_row(*row)
        terminal.print(table)
