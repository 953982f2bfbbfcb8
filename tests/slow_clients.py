"""Connections that cost a server patience: ``python -m tests.slow_clients PORT COUNT`` holds them until it is ended.

A quarter begins a request and says no more, a quarter says one byte a second, a quarter asks for much and reads it
slowly, a quarter sends half of a large form.
Whichever is closed is opened again.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parents[1]
MUCH = "/_dash-component-suites/plotly/package_data/plotly.min.js"
BEGUN = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
ASKED = f"GET {MUCH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
HEAP = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n"
FOR_EVER = 10**6


async def hold(port: int) -> None:
    """Begin a request and say no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(BEGUN)
    await reader.read()
    writer.close()


async def drip(port: int) -> None:
    """One byte a second."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(BEGUN)
    while not writer.is_closing():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(1)


async def sip(port: int) -> None:
    """Ask for megabytes, read some hundred bytes a second."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=512)
    writer.write(ASKED)
    while await reader.read(512):
        await asyncio.sleep(1)
    writer.close()


async def heap(port: int) -> None:
    """Half a megabyte of a form, and no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAP + b"a" * 540_000)
    await reader.read()
    writer.close()


async def _again(kind: Callable[[int], Coroutine[None, None, None]], port: int, begun: asyncio.Semaphore) -> None:
    while True:
        async with begun:
            await asyncio.sleep(0)
        with suppress(OSError):
            await kind(port)
        await asyncio.sleep(0.5)


async def _crowd(port: int, count: int) -> None:
    begun = asyncio.Semaphore(50)
    kinds = (hold, drip, sip, heap)
    tasks = [asyncio.create_task(_again(kinds[number % 4], port, begun)) for number in range(count)]
    await asyncio.sleep(3)
    print(len(tasks), flush=True)
    await asyncio.sleep(FOR_EVER)


@contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """A crowd at a server of this machine, in a process of its own; all are there before the body runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.slow_clients", str(port), str(count)], cwd=PROJECT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == count
        yield
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(_crowd(int(sys.argv[1]), int(sys.argv[2])))
