"""Running the project's commands as a person would, with a clock and a look at their memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

PROJECT = Path(__file__).parents[2]
PATIENCE = 120


@dataclass(frozen=True)
class Run:
    """What a finished command cost."""

    seconds: float
    peak_mb: float


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment, with a home of the benchmark's own and no outside database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    return kept | {"GRID_HOME": str(home)} | more


def command(home: Path, *arguments: str, **more: str) -> Run:
    """Run ``python -m …`` to its end; RuntimeError with its words when it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT,
        env=environment(home, **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {told}")
    return Run(time.perf_counter() - begun, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Server:
    """A served map: its home, its address, how long it took to answer, its processes."""

    home: Path
    address: str
    seconds: float
    process: psutil.Process

    @property
    def memory_mb(self) -> float:
        """Memory of the web processes now, pages they share counted once."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(member.memory_full_info().pss for member in family) / 1024**2


def free_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """``python -m dashboard serve`` on a free port, from the call to the first healthy answer; ended by Ctrl-C."""
    port = str(free_port())
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve"],
        cwd=PROJECT,
        env=environment(home, HOST="127.0.0.1", PORT=port),
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/healthz", process)
        yield Server(home, address, time.perf_counter() - begun, psutil.Process(process.pid))
    finally:
        process.send_signal(2)
        process.wait(timeout=60)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError("the server did not come up")
