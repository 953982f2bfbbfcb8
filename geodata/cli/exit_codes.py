"""How every command line of the project speaks and ends: words as they stand, an error as one sentence and a code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console

from geodata.errors import GridError
from geodata.settings import settings


def make_terminal(*, errors: bool = False, soft_wrap: bool = True) -> Console:
    """Where a command line prints, the only console there is: a name of ``[red]`` or ``:bell:`` stands as it is.

    Parameters
    ----------
    errors
        Whether it writes to standard error.
    soft_wrap
        Whether lines longer than the screen are left to the terminal; False folds the cells of a wide table.

    Returns
    -------
    console
        One that reads no markup and no emoji names.
    """
    return Console(stderr=errors, soft_wrap=soft_wrap, markup=False, emoji=False)


def run_command_line(app: Callable[[], object]) -> None:
    """Run a Typer app; a ``GridError`` is said on standard error in the set language, anything else is a bug.

    Parameters
    ----------
    app
        The Typer app, or anything to be called without arguments.

    Raises
    ------
    SystemExit
        A ``GridError`` was raised; its ``exit_code`` is the process's.
    """
    try:
        app()
    except GridError as error:
        print(error.to_sentence(settings().lang), file=sys.stderr)
        sys.exit(error.exit_code)
