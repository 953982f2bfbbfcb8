"""``/metrics``: how the installation stands, in figures, for a Prometheus that knows the token."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from hmac import compare_digest

from flask import Flask, Response, abort
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.request.admission import PUBLIC
from dashboard.request.authorization import read_authorization
from dashboard.request.context import AppContext
from dashboard.request.request_counts import REQUEST_COUNTS
from geodata.backup.nightly import backups_folder, last_backup
from geodata.schema import is_current
from geodata.settings import Settings

PERMISSION = PUBLIC


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route: 200 with the figures in Prometheus' text format; 404 without ``GRID_METRICS_TOKEN`` as bearer.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every route is given; the database is asked as nobody, for figures alone.
    """

    @server.get("/metrics")
    def metrics() -> Response:
        wanted, said = ctx.settings.metrics_token, read_authorization()
        told = said.token if said is not None and said.type == "bearer" else None
        if not wanted or not compare_digest((told or "").encode(), wanted.encode()):
            abort(404)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Standing(ctx))
        registry.register(server.extensions[REQUEST_COUNTS])
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Standing(Collector):
    """What is asked at the moment of the question."""

    def __init__(self, ctx: AppContext) -> None:
        self._ctx = ctx

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Database, worker, jobs, backups, room on the disks.

        Yields
        ------
        family
            One figure each; jobs and worker only while the database answers.
        """
        try:
            current, worker, jobs = self._ctx.query(_ask)
        except SQLAlchemyError:
            yield GaugeMetricFamily("grid_database_up", "Whether the database answers.", 0)
        else:
            yield GaugeMetricFamily("grid_database_up", "Whether the database answers.", 1)
            yield GaugeMetricFamily("grid_schema_current", "Whether its schema is the one this program knows.", current)
            yield GaugeMetricFamily("grid_worker_up", "Whether somebody is there to do jobs.", worker)
            waiting = GaugeMetricFamily("grid_jobs", "Jobs in the list.", labels=("state",))
            for state, count in jobs.items():
                waiting.add_metric((state,), count)
            yield waiting
        yield from _places(self._ctx.settings)


def _ask(db: Connection) -> tuple[bool, bool, dict[str, int]]:
    jobs = {str(state): int(count) for state, count in db.execute(text("SELECT state, count FROM grid.job_counts()"))}
    return is_current(db, since_start=True), bool(db.execute(text("SELECT grid.has_worker()")).scalar_one()), jobs


def _places(settings: Settings) -> Iterator[GaugeMetricFamily]:
    folder = backups_folder(settings)
    last = last_backup(settings, datetime.now(UTC))
    if settings.backups_kept and last is not None:
        age = (datetime.now(UTC) - last).total_seconds()
        yield GaugeMetricFamily("grid_backup_age_seconds", "How old the newest nightly backup is.", age)
    room = GaugeMetricFamily("grid_free_bytes", "Room on the disk of a folder.", labels=("folder",))
    for name, place in (("home", settings.home), ("backups", folder)):
        if place.is_dir():
            room.add_metric((name,), shutil.disk_usage(place).free)
    yield room
