"""``python -m layers``: maps as files, an offline page or a drawing for paper."""

from __future__ import annotations

from geodata.cli.exit_codes import run_command_line
from layers.map_commands import app

if __name__ == "__main__":
    run_command_line(app)
