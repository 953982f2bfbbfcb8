"""The log of all processes, in one file under home, begun anew before it fills the disk, and on the terminal."""

from __future__ import annotations

import logging
import os
from logging import Handler, StreamHandler

from concurrent_log_handler import ConcurrentRotatingFileHandler

from geodata.private_files import make_home
from geodata.settings import Settings

FOLDER, FILE, OLDER = "logs", "grid.log", 5
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"


def keep_log(settings: Settings) -> None:
    """Write what loggers are told from now on, in this process and those forked from it; a second call changes nothing.

    Parameters
    ----------
    settings
        Of them the home, and from which size on the file is begun anew.

    Raises
    ------
    OSError
        The folder cannot be made.
    """
    root = logging.getLogger()
    if any(isinstance(each, ConcurrentRotatingFileHandler) for each in root.handlers):
        return
    make_home(settings.home)
    (settings.home / FOLDER).mkdir(mode=0o700, exist_ok=True)
    logging.raiseExceptions = False  # a full disk is told where something was to be kept; a log has nobody to tell
    if not root.handlers:
        root.addHandler(StreamHandler())
    kept = _open(settings)
    root.addHandler(kept)

    def anew() -> None:
        """A lock that came through a fork would keep nobody out."""
        nonlocal kept
        root.removeHandler(kept)
        kept = _open(settings)
        root.addHandler(kept)

    os.register_at_fork(after_in_child=anew)


def _open(settings: Settings) -> Handler:
    file = settings.home / FOLDER / FILE
    found: Handler = ConcurrentRotatingFileHandler(
        file, maxBytes=settings.log_mb * 2**20, backupCount=OLDER, encoding="utf-8", chmod=0o600
    )
    found.setFormatter(logging.Formatter(_LINE))
    return found
