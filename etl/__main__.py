"""``python -m etl``: load files, write templates, make the demonstration district."""

from __future__ import annotations

import sys

from etl.command import app
from geodata.errors import GridError
from geodata.settings import settings


def main() -> None:
    """Run the command line; an error on purpose becomes one sentence and its own exit code."""
    try:
        app()
    except GridError as error:
        print(error.sentence(settings().lang), file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
