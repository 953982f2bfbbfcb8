"""The web server: Gunicorn around the application, for one address."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread
from typing import Any

from gunicorn.app.base import BaseApplication

from dashboard.app.create_app import create_app
from dashboard.app.warmup import ask_ahead
from geodata.database.engine import application_engine
from geodata.database.upgrade import require_current_schema
from geodata.settings import Settings


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn around the application, made once and shared by its worker processes."""

    def __init__(self, settings: Settings, ahead_for: str | None, ready: Callable[[str], None]) -> None:
        self._settings, self._ahead_for, self._ready = settings, ahead_for, ready
        self._engine = application_engine()
        require_current_schema(self._engine)
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
            "post_worker_init": lambda _worker: Thread(target=self._ask_ahead, daemon=True).start(),
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def _ask_ahead(self) -> None:
        """Ask for what the first briefing will: shapes, classes and labels of today's map."""
        if self._ahead_for:
            ask_ahead(self._made.ctx, self._ahead_for)

    def load(self) -> Any:
        """The WSGI callable; connections opened while making it stay with this process.

        Returns
        -------
        callable
            Made once, before the worker processes are.
        """
        self._made = create_app(self._settings, self._engine)
        self._engine.dispose()
        return self._made.server
