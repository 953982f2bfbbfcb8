"""What a page costs while a thousand connections send and read slowly, or never end, beside what it costs alone."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import nullcontext
from urllib.parse import urlsplit

import requests

from tests.benchmarks.process import Server
from tests.benchmarks.table import Row
from tests.slow_clients import slow_clients
from tests.visitors import password_of

CONNECTIONS, PAGES, ROUNDS = 1000, 40, 3
PATHS = ("/me", "/api/indicators?level=town")


def rows(server: Server) -> Iterator[Row]:
    """Measure at a served demonstration; quiet and crowded in turn."""
    session = _signed_in(server)
    port = int(urlsplit(server.address).port or 0)
    _pages(session, server)  # the first ones fill what is kept
    quiet, crowded = [], []
    for _ in range(ROUNDS):
        for found, crowd in ((quiet, nullcontext()), (crowded, slow_clients(port, CONNECTIONS))):
            with crowd:
                found += _pages(session, server)
    alone, among = statistics.median(quiet), statistics.median(crowded)
    what = f"beside {CONNECTIONS:,} slow connections"
    yield Row("two pages of somebody signed in", alone * 1000, "ms")
    yield Row(f"the same {what}, as a share", among / alone, "×", aim=1.5)
    yield Row(f"the slowest of {len(crowded)} {what}", max(crowded), "s", aim=2)


def _signed_in(server: Server) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{server.address}/sign-in", timeout=60).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    form = {"csrf_token": found[1], "login": "leader", "password": password_of("leader", server.home)}
    session.post(f"{server.address}/sign-in", data=form, timeout=60).raise_for_status()
    return session


def _pages(session: requests.Session, server: Server) -> list[float]:
    """Seconds of each turn."""
    took = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        for path in PATHS:
            session.get(f"{server.address}{path}", timeout=60).raise_for_status()
        took.append(time.perf_counter() - begun)
    return took
