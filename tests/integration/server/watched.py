"""The programs that ``serve`` keeps running, found among the processes of the machine."""

from __future__ import annotations

import socket
import time
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest


def parts_of(pid: int) -> dict[str, psutil.Process]:
    """The programs that ``serve`` keeps running: the web server's first process, and the worker."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    serving = [each for each in family if words_of(each)[1:4] == ["-m", "dashboard", "serve"]]
    serve = min(serving, key=lambda each: each.create_time())  # the others are forked from it
    found = {}
    for each in filter(words_of, serve.children()):
        listens = any(socket_.status == psutil.CONN_LISTEN for socket_ in each.net_connections("tcp"))
        found["web" if listens else "worker"] = each
    return found


def words_of(process: psutil.Process) -> list[str]:
    """The command line of a process; nothing of one that is gone."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_until_ready(port: int, limit: float) -> float:
    """How long the map took to answer."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return time.monotonic() - begun
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    pytest.fail(f"not ready within {limit} s")
