"""``python -m geodata``: the database's life, indicators and chains on the command line."""

from __future__ import annotations

from geodata.cli import backup_commands, erasing_commands  # noqa: F401 (their verbs join the others)
from geodata.cli.database_commands import app
from geodata.cli.exit_codes import run_command_line

if __name__ == "__main__":
    run_command_line(app)
