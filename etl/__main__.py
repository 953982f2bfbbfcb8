"""``python -m etl``: load files, write templates, make the demonstration district."""

from __future__ import annotations

from etl.cli.load_commands import app
from geodata.cli.exit_codes import run_command_line

if __name__ == "__main__":
    run_command_line(app)
