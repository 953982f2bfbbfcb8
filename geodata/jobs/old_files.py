"""Files and folders that nobody has touched for long, thrown away."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path


def remove_older(paths: Iterable[Path], seconds: float) -> int:
    """Throw away what was last touched before a time.

    Parameters
    ----------
    paths
        Files and folders, each looked at by itself; a folder goes with all it holds.
    seconds
        What was touched within so many seconds stays.

    Returns
    -------
    count
        How many are gone; what is gone already, or cannot be removed, is not counted.
    """
    gone = 0
    for path in list(paths):
        try:
            is_old = time.time() - path.stat().st_mtime > seconds
        except OSError:  # somebody else was quicker
            continue
        if is_old:
            gone += remove_path(path)
    return gone


def remove_path(path: Path) -> bool:
    """Throw away a file, or a folder with all it holds.

    Parameters
    ----------
    path
        Need not be there.

    Returns
    -------
    gone
        Whether nothing of it is there now.
    """
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return not path.exists()
