"""Waitress as this site needs it: whoever sends or reads slowly, or never ends, costs a file descriptor and no thread.

A body larger than its address takes, or sent to an address that takes files by nobody who is signed in, is thrown away
as it comes, so that the answer that says so is read by whoever sent it, and no disk is filled.
"""

from __future__ import annotations

import errno
import io
import logging
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer, ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer

CONNECTIONS = 4000
"""Open at once in one process; the kernel's limit of open files may allow fewer."""
BACKLOG = 1024
"""Connections the kernel holds until one of the processes takes them."""
OTHER_FILES = 200
"""Files and sockets a process has open beside connections."""
IN_MEMORY = 2**21
"""Bytes of a body from which on it lies in a file, which is a second open file of its connection."""
HEADER_SECONDS, BODY_SECONDS, IDLE_SECONDS = 60, 3600, 60
"""How long the beginning of a request may take, all of it, and the pause before the next one."""
LARGE_ANSWER = 2**16
"""Bytes from which on an answer is not copied for whoever reads it."""
LAST_SECONDS = 5.0
"""How long requests under way have once the server is told to stop."""

BodyLimit = Callable[[str, str, Mapping[str, str]], int]
"""Method, path and headers (``COOKIE``) of a request → how many bytes of body are kept."""


class _Bounded(OverflowableBuffer):  # type: ignore[misc]
    """A body that counts what comes and keeps none of it once there is more than ``most``."""

    def __init__(self, overflow: int, most: int) -> None:
        super().__init__(overflow)
        self._most, self._seen = most, 0

    def append(self, data: bytes) -> None:
        self._seen += len(data)
        if self._seen <= self._most:
            super().append(data)
        elif self.buf is not None or self.strbuf:
            self.close()
            self.buf, self.strbuf = None, b""

    def __len__(self) -> int:
        return self._seen


class _Request(HTTPRequestParser):  # type: ignore[misc]
    limit: ClassVar[BodyLimit]

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.begun = time.time()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            most = type(self).limit(self.command, self.path, self.headers)
            self.body_rcv.buf = _Bounded(self.adj.inbuf_overflow, most if self.content_length <= most else 0)

    def is_late(self, now: float) -> bool:
        """Whether it is taking too long to come."""
        return now - self.begun > (BODY_SECONDS if self.headers_finished else HEADER_SECONDS)


class _Channel(HTTPChannel):  # type: ignore[misc]
    def write_soon(self, data: Any) -> int:
        """What is large is sent from where it lies: a thousand slow readers of one script share its bytes."""
        if isinstance(data, bytes) and len(data) > LARGE_ANSWER:
            lying = ReadOnlyFileBasedBuffer(io.BytesIO(data))
            lying.prepare()
            return int(super().write_soon(lying))
        return int(super().write_soon(data))


class _Server(TcpWSGIServer):  # type: ignore[misc]
    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if not channel.requests and channel.request is not None and channel.request.is_late(now):
                channel.will_close = True

    def handle_accept(self) -> None:
        if len(self._map) >= self.adj.connection_limit - 1:
            self._make_room()
        super().handle_accept()

    def accept(self) -> Any:
        """A new connection; None where there is none, or no more files may be open: then there is room next time."""
        try:
            return super().accept()
        except OSError as fault:
            if fault.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self._make_room()
            return None

    def _make_room(self) -> None:
        """The connection that has waited longest for the rest of its request is closed."""
        waiting = [channel for channel in self.active_channels.values() if not channel.requests]
        if waiting:
            min(waiting, key=lambda channel: channel.last_activity).handle_close()


def _allowed_connections() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(100, min(CONNECTIONS, (soft - OTHER_FILES) // 2))


def answer_requests(application: Any, listening: socket.socket, threads: int, limit: BodyLimit) -> None:
    """Answer until told to stop (SIGTERM, SIGINT); what is under way then is answered still.

    Parameters
    ----------
    application
        The WSGI callable.
    listening
        A bound socket; several processes may share it. It is listened on from now on.
    threads
        How many requests are worked on at once. Those that are still coming, or whose answer is being read, need none.
    limit
        How many bytes of body a request may have; of one with more the application gets the length alone.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    said = Adjustments(
        sockets=[listening],
        threads=threads,
        connection_limit=_allowed_connections(),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        backlog=BACKLOG,
        max_request_header_size=64 * 2**10,
        inbuf_overflow=IN_MEMORY,
        max_request_body_size=2**62,  # judged by address
        outbuf_high_watermark=2**40,  # a slow reader keeps a file, not a thread
        clear_untrusted_proxy_headers=False,  # GRID_TRUSTED_PROXIES says which are believed
        ident=None,
    )
    parser = type("_Request", (_Request,), {"limit": staticmethod(limit)})
    sockets: dict[int, Any] = {}
    where = (listening.family, listening.type, listening.proto, listening.getsockname())
    channel = type("_Channel", (_Channel,), {"parser_class": parser})
    kind = type("_Server", (_Server,), {"channel_class": channel})
    server = kind(application, sockets, True, listening, adj=said, sockinfo=where, bind_socket=False)
    told: list[float] = []

    def stop(*_: object) -> None:
        told.append(time.monotonic())
        server.pull_trigger()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    while not told:
        wasyncore.loop(timeout=1, map=sockets, use_poll=True, count=1)
    server.accepting = False
    while time.monotonic() < told[0] + LAST_SECONDS and any(map(_is_busy, server.active_channels.values())):
        wasyncore.loop(timeout=0.1, map=sockets, use_poll=True, count=1)


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)
