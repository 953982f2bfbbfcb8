"""One command from nothing to a served map: database, schema, first data, web server, worker; and back down again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import typer
from sqlalchemy import text

from dashboard.app.log_file import keep_log
from dashboard.app.supervise import keep_running
from dashboard.app.web_server import bind_address, serve_pages
from dashboard.app.worker import knows_jobs, run_worker
from dashboard.auth.first_accounts import told_first
from geodata import embedded
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction
from geodata.database.upgrade import is_empty
from geodata.private_files import shut_home
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
    if not settings.knows_owner:
        return None
    engine = open_database(upgrade=True)
    try:
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


def serve(settings: Settings, *, demo: bool, say_ready: Callable[[str], None]) -> None:
    """Serve until told to stop, beginning again whatever dies; then stop the private cluster too.

    Parameters
    ----------
    settings
        Of them the databases' addresses and home; web server and worker read their own.
    demo
        Whether an empty database gets the demonstration district.
    say_ready
        Called with the address when it answers.

    Raises
    ------
    SetupError
        The address is not to be had, or the database cannot be prepared.
    subprocess.CalledProcessError
        The demonstration district could not be loaded; its own words are on the terminal.
    SystemExit
        Web server or worker did not even begin; what they said is on the terminal.
    """
    own = settings.database_url is None and settings.app_database_url is None
    shut_home(settings.home)
    keep_log(settings)
    address = bind_address(settings.host, settings.port)

    def work() -> None:
        address.close()
        run_worker()

    try:
        ahead = prepare_database(settings, demo=demo)
        programs = [
            lambda: serve_pages(settings, address, ahead, say_ready),
            *([work] if knows_jobs(settings) else []),
        ]
        keep_running(programs, lambda: own and _keep_database(settings))
    finally:
        address.close()
        if own:
            embedded.stop_cluster(settings.home)


def _keep_database(settings: Settings) -> None:
    if not embedded.cluster_status(settings.home).running:
        embedded.start_cluster(settings.home)
