"""Starts command lines as processes that find what they import already imported: forked, not begun from nothing.

Every line on the standard input is one command as JSON (``module``, ``words``, ``environment``, ``folder``, ``out``,
``err``); the answer is its exit code. Before the fork no setting has been read and no database asked (it is looked at):
a command reads its own environment, and its modules with words for the screen are imported in its own process.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import sys

from geodata.settings import settings

ROOMS = (
    "alembic.command", "matplotlib.figure", "rich.table", "typer",
    "etl.load.load_files", "geodata.integrity.run_checks", "layers.static_map", "layers.offline_map",
    "dashboard.app.serve",
)  # fmt: skip
SECONDS = 300
"""How long a command may take: one that would never end is ended, and fails its test."""


def wait_for_command() -> None:
    """Answer commands until nobody is there; returns, in the process of a command only, when it is to be run."""
    for line in sys.stdin:
        command = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(command)
            return
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, flush=True)
    sys.exit(0)


def _become(command: dict[str, object]) -> None:
    """Take on a command's words, environment, folder and streams."""
    signal.alarm(SECONDS)
    os.chdir(command["folder"])  # type: ignore[arg-type]
    os.environ.clear()
    os.environ.update(command["environment"])  # type: ignore[call-overload]
    for place, descriptor, mode in (
        (os.devnull, 0, os.O_RDONLY),
        (str(command["out"]), 1, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (str(command["err"]), 2, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(place, mode, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["-m", *command["words"]]  # type: ignore[misc]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.modules["__main__"].MODULE = command["module"]  # type: ignore[attr-defined]


MODULE = ""

if __name__ == "__main__":
    for room in ROOMS:
        importlib.import_module(room)
    assert settings.cache_info().misses == 0, "something read the settings before any command did"
    gc.freeze()  # what is here before the fork is not looked through again by every command
    print("ready", flush=True)
    wait_for_command()
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
