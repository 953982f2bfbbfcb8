"""How every command line of the project speaks and ends: words as they stand, an error as one sentence and a code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from geodata.errors import GridError, SetupError, Unavailable
from geodata.outage import outage_of
from geodata.private_files import write_privately
from geodata.settings import settings
from geodata.signs.refused_signs import refuse_unfit, show_refused


class _Terminal(Console):
    """A console on which text cannot move the cursor, colour what follows or turn the direction of reading."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for said in super().render(renderable, options):
            yield said if said.control else Segment(show_refused(said.text).replace("\r", "\\r"), said.style)


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
        One that reads no markup and no emoji names, and shows control characters as escapes.
    """
    return _Terminal(stderr=errors, soft_wrap=soft_wrap, markup=False, emoji=False)


def run_command_line(app: Callable[[], object]) -> None:
    """Run a Typer app; a ``GridError``, an outage or a home that refuses is said on standard error; else it is a bug.

    What it writes is for its own account alone.

    Parameters
    ----------
    app
        The Typer app, or anything to be called without arguments.

    Raises
    ------
    SystemExit
        A ``GridError`` was raised (also: a word of the command holds a sign that is refused everywhere), or something
        the program stands on is away; its ``exit_code`` is the process's.
    """
    write_privately()
    try:
        refuse_unfit(sys.argv[1:])
        app()
    except GridError as error:
        _end_with(error)
    except Exception as fault:
        told = outage_of(fault) or _home_refused(fault)
        if told is None:
            raise
        # on the machine itself an address that was mistyped is as likely
        _end_with(Unavailable("error.database_unreachable") if told.text == "error.database_away" else told)


def _home_refused(fault: Exception) -> GridError | None:
    """What is told of a home that cannot be made or written to."""
    if not isinstance(fault, OSError) or not fault.filename:
        return None
    home, where = settings().home.resolve(), Path(str(fault.filename)).resolve()
    if not (where.is_relative_to(home) or home.is_relative_to(where)):
        return None
    if isinstance(fault, FileNotFoundError) and home.exists():
        return None  # a home that is there lacks a file: a bug, which keeps its traceback
    return SetupError("error.home_refused", home=home, why=fault.strerror or "")


def _end_with(error: GridError) -> NoReturn:
    print(show_refused(error.to_sentence(settings().lang)), file=sys.stderr)
    sys.exit(error.exit_code)
