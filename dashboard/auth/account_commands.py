"""``python -m dashboard account …``: make, lock, reset and list accounts on the server itself."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from dashboard.auth import password
from dashboard.auth.first_accounts import told_first
from geodata.accounts import account_admin
from geodata.accounts.account_admin import AccountLine
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction, write_transaction
from geodata.locale import label_of, translate
from geodata.settings import settings
from geodata.vocabulary import Role

LANG = settings().lang


def _cli(key: str, **values: object) -> str:
    return translate(f"account.cli.{key}", LANG, **values)


app = typer.Typer(help=_cli("help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Login = Annotated[str, typer.Argument(help=_cli("login"))]


@app.command(help=_cli("add"))
def add(
    login: Login,
    person: Annotated[str, typer.Option(help=_cli("person"))],
    oidc: Annotated[str | None, typer.Option(help=_cli("oidc"))] = None,
) -> None:
    """Make an account with a random password, printed once."""
    chosen = password.new_password()
    with write_transaction(open_database()) as db:
        account_admin.add_account(db, login, person, password.hash_password(chosen, login), oidc)
    typer.echo(_cli("made", login=login, password=chosen))


@app.command(help=_cli("reset"))
def reset(login: Login) -> None:
    """Give an account a new random password, printed once; tries and sessions of before end."""
    chosen = password.new_password()
    with write_transaction(open_database()) as db:
        account_admin.set_password(db, login, password.hash_password(chosen, login))
    typer.echo(_cli("made", login=login, password=chosen))


@app.command(help=_cli("disable"))
def disable(login: Login, undo: Annotated[bool, typer.Option("--undo", help=_cli("undo"))] = False) -> None:
    """Lock an account, or open it again."""
    with write_transaction(open_database()) as db:
        account_admin.set_disabled(db, login, not undo)
    typer.echo(_cli("opened" if undo else "locked", login=login))


@app.command(help=_cli("first"))
def first() -> None:
    """Make the accounts of a demonstration that has none yet."""
    for line in told_first(open_database(), settings().home, LANG):
        typer.echo(line)


@app.command("list", help=_cli("list"))
def listing() -> None:
    """Every account with what it opens today."""
    table = Table(box=None)
    for column in ("login", "name", "state", "opens"):
        table.add_column(_cli(f"column.{column}"))
    with read_transaction(open_database()) as db:
        for line in account_admin.list_accounts(db):
            table.add_row(line.login, f"{line.name} {line.person_no}", _state(line), _opens(line))
    make_terminal(soft_wrap=False).print(table)


def _state(line: AccountLine) -> str:
    return _cli("state.disabled" if line.disabled else "state.open" if line.roles else "state.ended")


def _opens(line: AccountLine) -> str:
    parts = [role.partition("@") for role in line.roles]
    return " / ".join(f"{label_of(Role(role), LANG)} {unit}" for role, _, unit in parts) or "—"
