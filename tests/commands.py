"""Command lines of the product as a person runs them: each in a process of its own, with its own environment."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]


@cache
def _warm_process() -> subprocess.Popen[str]:
    """The worker's one process that commands are forked from (``warm_process.py``)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.warm_process"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, process)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def run_command(
    module: str, *words: object, folder: Path = PROJECT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """``python -m module words…`` in a folder, to its end; ``environment`` is added to this process's.

    What is known without waiting for it: exit code, standard output and standard error as text.
    """
    said = [module, *map(str, words)]
    warm = _warm_process()
    assert warm.stdin is not None
    assert warm.stdout is not None
    with tempfile.TemporaryDirectory(prefix="grid-command-") as streams:
        out, err = Path(streams, "out"), Path(streams, "err")
        told = {"module": module, "words": said[1:], "environment": {**os.environ, **environment}}
        warm.stdin.write(json.dumps(told | {"folder": str(folder), "out": str(out), "err": str(err)}) + "\n")
        warm.stdin.flush()
        code = int(warm.stdout.readline())
        return subprocess.CompletedProcess(said, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
