"""How every command line of the project ends: an error on purpose becomes one sentence and its own exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from geodata.errors import GridError
from geodata.settings import settings


def run_command_line(app: Callable[[], object]) -> None:
    """Run a Typer app; a ``GridError`` is said on standard error in the set language, anything else is a bug."""
    try:
        app()
    except GridError as error:
        print(error.sentence(settings().lang), file=sys.stderr)
        sys.exit(error.exit_code)
