"""``python -m geodata``: the database's life, indicators and chains on the command line."""

from __future__ import annotations

from geodata.command import app
from geodata.commandline import run

if __name__ == "__main__":
    run(app)
