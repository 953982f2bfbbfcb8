"""``python -m layers``: maps as files, an offline page or a drawing for paper."""

from __future__ import annotations

from geodata.commandline import run
from layers.command import app

if __name__ == "__main__":
    run(app)
