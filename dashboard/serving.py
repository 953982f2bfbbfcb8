"""One command from nothing to a served map: database, schema, first data, web server; and back down again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from gunicorn.app.base import BaseApplication
from sqlalchemy import Engine

from dashboard.app import create_app
from geodata import embedded
from geodata.database import is_empty, make_engine, migrate, reading
from geodata.settings import Settings


def prepare(*, demo: bool) -> Engine:
    """A migrated database: the private cluster unless an outside one is named; with ``demo`` never an empty one.

    Raises
    ------
    subprocess.CalledProcessError
        When the demonstration district could not be loaded; its own words are on the terminal.
    """
    engine = make_engine()
    migrate(engine)
    with reading(engine) as db:
        empty = is_empty(db)
    if empty and demo:
        subprocess.run([sys.executable, "-m", "etl", "demo"], check=True)
    return engine


FIRST_ASKED = ("/map/style.json", "/map/style.json?level=village", "/geo/district.geojson")


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn around the application, made once and shared by its worker processes."""

    def __init__(self, settings: Settings, engine: Engine, ready: Callable[[str], None]) -> None:
        self._settings, self._engine, self._ready = settings, engine, ready
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings from ours."""
        chosen: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.web_workers,
            "threads": self._settings.threads_per_worker,
            "worker_class": "gthread",
            "preload_app": True,
            "keepalive": 30,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "when_ready": lambda _arbiter: self._ready(f"http://{self._settings.host}:{self._settings.port}"),
            "post_fork": lambda _arbiter, _worker: self._engine.dispose(close=False),
            "post_worker_init": lambda _worker: Thread(target=self._warm, daemon=True).start(),
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def _warm(self) -> None:
        """Ask for what every first visitor will: shapes, classes and labels of today's map."""
        browser = self.callable.test_client()
        for address in FIRST_ASKED:
            browser.get(address)

    def load(self) -> Any:
        """The WSGI callable; connections opened while making it stay with this process."""
        server = create_app(self._settings, self._engine).server
        self._engine.dispose()
        return server


def serve(settings: Settings, *, demo: bool, ready: Callable[[str], None]) -> None:
    """Serve until told to stop; then stop the private cluster too."""
    mine = os.getpid()
    try:
        WebServer(settings, prepare(demo=demo), ready).run()
    finally:
        if os.getpid() == mine and settings.database_url is None:
            embedded.stop(settings.home)
