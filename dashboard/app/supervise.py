"""Programs kept running: whichever dies is begun again, and all end with the one that began them."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from geodata.cli.exit_codes import run_command_line
from geodata.errors import GridError, Unavailable
from geodata.outage import outage_of

LOOK_SECONDS = 0.2
SOON_SECONDS = 10.0
"""A program that ends this soon after it was begun has not begun well."""
LONGEST_PAUSE = 30.0
STOP_SECONDS = 15.0
"""How long programs have to end by themselves."""

_PR_SET_PDEATHSIG = 1
_SIGNS = (signal.SIGINT, signal.SIGTERM)
Run = Callable[[], object]


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the one that started it is gone, ``kill -9`` included (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it had gone before
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class _Program:
    run: Run
    process: BaseProcess | None = None
    begun: float = 0.0
    starts: int = 0
    pause: float = 0.0

    def see_to(self) -> None:
        """Begin it where it does not run; one that keeps dying at once is given ever longer pauses."""
        now = time.monotonic()
        if self.process is not None and self.process.exitcode is None:
            return
        if self.process is not None:
            soon = now - self.begun < SOON_SECONDS
            code = self.process.exitcode or 0
            # one that was killed, or whose database was, may well begin again
            if soon and self.starts == 1 and code > 0 and code != Unavailable.exit_code:
                sys.exit(code)
            self.process, self.begun = None, now
            self.pause = min(LONGEST_PAUSE, max(0.5, 2 * self.pause)) if soon else 0.0
        if self.starts == 0 or now - self.begun >= self.pause:
            # forked: everything is imported already, and no connection is open here; what is there now is garbage to
            # nobody, and a collector that left its mark on it would give each process a copy of its own
            gc.collect()
            gc.freeze()
            self.process = get_context("fork").Process(target=_run, args=(self.run,))
            self.process.start()
            self.begun, self.starts = now, self.starts + 1


class _Ground:
    """What the programs stand on; where it is not to be had, they go on and say so themselves."""

    def __init__(self, see_to: Run) -> None:
        self._see_to, self._said = see_to, ""
        self._pause, self._until = 0.0, 0.0

    def see_to(self) -> None:
        """Have it seen to; what keeps that from being done is told once, and tried again after ever longer pauses."""
        if time.monotonic() < self._until:
            return
        try:
            self._see_to()
            self._pause, self._said = 0.0, ""
        except (GridError, OSError, psycopg.OperationalError, SQLAlchemyError) as fault:
            told = str(fault if isinstance(fault, GridError) else outage_of(fault) or fault)
            if self._said != told:
                logging.getLogger("grid").error("%s", told)
            self._said, self._pause = told, min(LONGEST_PAUSE, max(0.5, 2 * self._pause))
            self._until = time.monotonic() + self._pause


def _run(run: Run) -> None:
    die_with_parent()
    for sign in _SIGNS:
        signal.signal(sign, signal.SIG_DFL)
    run_command_line(run)


def keep_running(programs: Sequence[Run], beside: Run) -> None:
    """Run programs until this one is told to stop (SIGINT, SIGTERM); begin again whichever ends.

    Parameters
    ----------
    programs
        Each is run in a process forked from this one, which must have no thread and no connection.
    beside
        Called between looks; sees to what the programs stand on.

    Raises
    ------
    SystemExit
        A program failed right after it was begun for the first time, with its exit code: beginning it again would not
        help.
    """
    told = threading.Event()
    before = {sign: signal.signal(sign, lambda *_: told.set()) for sign in _SIGNS}
    kept, ground = [_Program(run) for run in programs], _Ground(beside)
    try:
        while not told.is_set():
            ground.see_to()
            for each in kept:
                each.see_to()
            told.wait(LOOK_SECONDS)
    finally:
        _end([each.process for each in kept if each.process is not None])
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _end(running: Sequence[BaseProcess]) -> None:
    for process in running:
        process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for process in running:
        process.join(max(0.1, until - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()
