"""One command from nothing to a served map: database, schema, first data, web server; and back down again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

import typer
from gunicorn.app.base import BaseApplication
from sqlalchemy import text

from dashboard.app.create_app import create_app
from dashboard.app.warmup import ask_ahead
from dashboard.auth.first_accounts import told_first
from geodata import embedded
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import read_transaction
from geodata.database.upgrade import is_empty, migrate, require_current_schema
from geodata.settings import Settings


def prepare_database(settings: Settings, *, demo: bool) -> str | None:
    """A migrated database, the private cluster unless an outside one is named.

    Where only ``GRID_APP_DATABASE_URL`` is set, this process has no right to prepare anything and does not try. The
    owner's work is done here and its connections are closed.

    Parameters
    ----------
    settings
        Of them the databases' addresses, home and language.
    demo
        Whether an empty database gets the demonstration district; its first accounts are told on the terminal.

    Returns
    -------
    login
        One that sees everything, so that what it will ask first can be asked ahead; None when there is none.

    Raises
    ------
    subprocess.CalledProcessError
        When the demonstration district could not be loaded; its own words are on the terminal.
    SetupError
        The private cluster cannot be started, or the schema not be brought up to date.
    """
    if settings.app_database_url and not settings.database_url:
        return None
    engine = make_engine()
    try:
        migrate(engine)
        with read_transaction(engine) as db:
            empty = is_empty(db)
        if empty and demo:
            subprocess.run([sys.executable, "-m", "etl", "demo"], check=True)
        for line in told_first(engine, settings.home, settings.lang):
            typer.echo(line)
        with read_transaction(engine) as db:
            found: str | None = db.execute(text(_SEES_ALL)).scalar_one_or_none()
            return found
    finally:
        engine.dispose()


_SEES_ALL = """
SELECT a.login FROM grid.account AS a JOIN grid.post AS p USING (person_no)
WHERE p.role = 'district_leader' AND NOT a.disabled AND p.valid @> grid.today()
ORDER BY a.login LIMIT 1
"""


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


def serve(settings: Settings, *, demo: bool, say_ready: Callable[[str], None]) -> None:
    """Serve until told to stop; then stop the private cluster too.

    Parameters
    ----------
    settings
        Address, port, processes and threads; the databases.
    demo
        Whether an empty database gets the demonstration district.
    say_ready
        Called once with the address when it answers.

    Raises
    ------
    SetupError
        The database cannot be prepared, or its schema is not the one this code expects.
    subprocess.CalledProcessError
        The demonstration district could not be loaded.
    """
    mine = os.getpid()
    try:
        WebServer(settings, prepare_database(settings, demo=demo), say_ready).run()
    finally:
        if os.getpid() == mine and settings.database_url is None and settings.app_database_url is None:
            embedded.stop_cluster(settings.home)
