"""``python -m dashboard serve|account``: the whole product on one address, and the ways into it."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from dashboard.app.serve import serve as run
from dashboard.auth.account_commands import app as account
from geodata.errors import GridError
from geodata.locale import translate
from geodata.settings import settings

LANG = settings().lang
app = typer.Typer(
    help=translate("ui.serve.about", LANG), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


app.add_typer(account, name="account")


@app.command(help=translate("ui.serve.help", LANG))
def serve(demo: Annotated[bool, typer.Option(help=translate("ui.serve.demo", LANG))] = True) -> None:
    """Prepare everything and serve until Ctrl-C."""
    run(settings(), demo=demo, say_ready=lambda address: typer.echo(translate("ui.serve.ready", LANG, address=address)))


def main() -> None:
    """Run the command line; an error on purpose becomes one sentence and its own exit code."""
    try:
        app()
    except GridError as error:
        print(error.to_sentence(LANG), file=sys.stderr)
        sys.exit(error.exit_code)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)


if __name__ == "__main__":
    main()
