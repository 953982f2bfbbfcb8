"""How many requests were answered, how, and how fast: counted once for all processes of the web server."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from multiprocessing import get_context

from flask import Flask, Response, g, request
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

CLASSES = ("2xx", "3xx", "4xx", "5xx")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the classes of durations, inclusive; what lasts longer has one of its own."""
REQUEST_COUNTS = "grid_request_counts"
"""Where the server keeps its counts among its extensions."""
NO_ADDRESS = "none"
"""The endpoint of requests for what is not there."""


class RequestCounts(Collector):
    """Counts in memory that forked processes share, so that they go on when one of them is begun again.

    Parameters
    ----------
    server
        The application's Flask server, complete: of its endpoints each is counted by itself.
    """

    def __init__(self, server: Flask) -> None:
        endpoints = [NO_ADDRESS, *sorted({rule.endpoint for rule in server.url_map.iter_rules()})]
        self._cells = [(endpoint, each) for endpoint in endpoints for each in CLASSES]
        self._places = {cell: place for place, cell in enumerate(self._cells)}
        # the last numbers are those of the durations: one for each class, and their sum
        self._numbers = get_context("fork").Array("d", len(self._cells) + len(SECONDS) + 2)
        server.before_request_funcs.setdefault(None, []).insert(0, _begin)
        server.after_request(self._end)
        server.extensions[REQUEST_COUNTS] = self

    def _end(self, answer: Response) -> Response:
        taken = time.perf_counter() - g.begun_at
        first = len(self._cells)
        cell = (request.endpoint or NO_ADDRESS, f"{answer.status_code // 100}xx")
        with self._numbers.get_lock():
            self._numbers[self._places.get(cell, 0)] += 1
            self._numbers[first + bisect_left(SECONDS, taken)] += 1
            self._numbers[len(self._numbers) - 1] += taken
        return answer

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """The counts as Prometheus wants them; an endpoint that nobody has asked is left out.

        Yields
        ------
        family
            Requests by endpoint and class of status, then their durations in seconds.
        """
        with self._numbers.get_lock():
            numbers = list(self._numbers)
        requests = CounterMetricFamily("grid_http_requests", "Requests answered.", labels=("endpoint", "status"))
        for cell, count in zip(self._cells, numbers, strict=False):
            if count:
                requests.add_metric(cell, count)
        yield requests
        lasted, total = numbers[len(self._cells) : -1], 0.0
        buckets = []
        for bound, count in zip((*map(str, SECONDS), "+Inf"), lasted, strict=True):
            total += count
            buckets.append((bound, total))
        seconds = HistogramMetricFamily("grid_http_request_seconds", "How long an answer was in the making.")
        seconds.add_metric((), buckets, numbers[-1])
        yield seconds


def _begin() -> None:
    g.begun_at = time.perf_counter()
