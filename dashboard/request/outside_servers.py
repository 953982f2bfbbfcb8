"""Servers of others that a request waits for: a few at a time, so that one that hangs takes no page away."""

from __future__ import annotations

from threading import BoundedSemaphore

from geodata.errors import Unavailable

AT_ONCE = 2
"""Requests of one process that may wait for somebody else's server; the other threads go on with pages."""
PATIENCE_SECONDS = 1.0

_places = BoundedSemaphore(AT_ONCE)


class OutsideWait:
    """A place among those who wait, while the body runs.

    Raises
    ------
    Unavailable
        When it is made, and all places are taken and stay so.
    """

    def __init__(self) -> None:
        if not _places.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable("error.outside_busy")

    def __enter__(self) -> OutsideWait:
        return self

    def __exit__(self, *_: object) -> None:
        _places.release()
