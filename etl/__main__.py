"""``python -m etl``: load files, write templates, make the demonstration district."""

from __future__ import annotations

from etl.command import app
from geodata.commandline import run

if __name__ == "__main__":
    run(app)
