"""``python -m dashboard serve|web|worker|account|rule``: the whole product on one address, and the ways into it."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from dashboard.app.log_file import keep_log
from dashboard.app.rule_commands import app as rule
from dashboard.app.serve import serve as serve_all
from dashboard.app.web_server import bind_address, serve_pages
from dashboard.app.worker import run_worker
from dashboard.auth.account_commands import app as account
from geodata.cli.exit_codes import run_command_line
from geodata.locale import translate
from geodata.settings import settings

LANG = settings().lang
app = typer.Typer(
    help=translate("ui.serve.about", LANG), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


app.add_typer(account, name="account")
app.add_typer(rule, name="rule")


def _say_ready(address: str) -> None:
    typer.echo(translate("ui.serve.ready", LANG, address=address))


@app.command(help=translate("ui.serve.help", LANG))
def serve(demo: Annotated[bool, typer.Option(help=translate("ui.serve.demo", LANG))] = True) -> None:
    """Prepare everything and serve until Ctrl-C."""
    serve_all(settings(), demo=demo, say_ready=_say_ready)


@app.command(help=translate("ui.serve.web", LANG))
def web(ahead_for: Annotated[str | None, typer.Option(help=translate("ui.serve.ahead", LANG))] = None) -> None:
    """Serve pages alone, over a database that stands."""
    known = settings()
    keep_log(known)
    with bind_address(known.host, known.port) as address:
        serve_pages(known, address, ahead_for, _say_ready)


@app.command(help=translate("ui.serve.worker", LANG))
def worker() -> None:
    """Do jobs alone, over a database that stands."""
    keep_log(settings())
    run_worker()


def main() -> None:
    """Run the command line; an error on purpose becomes one sentence and its own exit code."""
    try:
        run_command_line(app)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)


if __name__ == "__main__":
    main()
