"""The tests' own home and database server, away from any running district; fresh databases by copying a template."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import Connection, Engine, make_url

from dashboard.auth.first_accounts import first_accounts
from geodata import embedded
from geodata.database.engine import make_engine
from geodata.database.upgrade import migrate
from geodata.settings import settings
from tests import examples  # noqa: F401 (registers the profile before it is chosen)
from tests.visitors import DISTRICT, close_applications

PROJECT = Path(__file__).parents[1]
DEMO_UNTIL = "2026-11-22"
LONGEST = {"test_matrix.py", "test_malformed.py"}
MIGRATED, DEMO, DISTRICT_READ = "template_migrated", "template_demo", "demo_read"
COPYING = "STRATEGY file_copy"
"""A quarter of the time of the default, which writes every page to the log (PostgreSQL 15, 15 MB, no fsync)."""


def pytest_configure(config: pytest.Config) -> None:
    """Give this run (all its worker processes together) a home of its own and no setting of the person's."""
    if hasattr(config, "workerinput"):
        return  # a worker inherits the environment of the process that started it
    for name in [name for name in os.environ if name.startswith("GRID_") or name in {"HOST", "PORT"}]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="grid-test-", dir="/tmp"))
    home.chmod(0o711)  # the server's unprivileged account must get through to its data
    os.environ["GRID_HOME"] = str(home)
    settings.cache_clear()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the home, once all workers are done."""
    if not hasattr(config, "workerinput") and "GRID_HOME" in os.environ:
        home = Path(os.environ["GRID_HOME"])
        embedded.stop_cluster(home)
        shutil.rmtree(home)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: begun last, they would leave one worker alone with them."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers a worker may have: a second one beside it refuses to start."""
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def cluster_url() -> str:
    """URL of database ``grid`` of the run's one server: PostGIS, no tables; nothing is ever put into it."""
    return embedded.start_cluster(settings().home, durable=False)


@pytest.fixture(scope="module", autouse=True)
def _applications() -> Iterator[None]:
    """Every application a module makes is closed with it."""
    yield
    close_applications()


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """A program that shuts its files for others shuts those of the next test too, where it runs in this process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@contextmanager
def _admin(url: str, database: str = "postgres") -> Iterator[psycopg.Connection]:
    where = make_url(url).query
    with psycopg.connect(
        host=where["host"], port=where["port"], user="postgres", dbname=database, autocommit=True
    ) as connection:
        yield connection


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _template(url: str, name: str, copy_of: str, fill: Callable[[str], None]) -> str:
    """Database ``name``, made and filled by whichever worker comes first; the others wait, then copy it."""
    with (settings().home / "templates.lock").open("w") as lock, _admin(url) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = f"{name}_unfinished"
            admin.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {unfinished} OWNER grid TEMPLATE {copy_of} {COPYING}")
            fill(_named(url, unfinished))
            admin.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


@pytest.fixture(scope="session")
def migrated_template(cluster_url: str) -> str:
    """Name of a database with the newest schema and no data, for copying only."""

    def fill(url: str) -> None:
        with _admin(url, str(make_url(url).database)) as admin:
            for extension in ("postgis", "btree_gist"):
                admin.execute(f"CREATE EXTENSION {extension} WITH SCHEMA public")
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()

    return _template(cluster_url, MIGRATED, "template1", fill)


@pytest.fixture(scope="session")
def new_database(cluster_url: str, migrated_template: str, worker_id: str) -> Callable[[str], Iterator[Engine]]:
    """A maker of fresh databases: copies a template, hands out an engine, drops the copy."""
    numbers = itertools.count(1)

    def make(template: str = migrated_template) -> Iterator[Engine]:
        name = f"{worker_id}_{next(numbers)}"
        with _admin(cluster_url) as admin:
            admin.execute(f"CREATE DATABASE {name} OWNER grid TEMPLATE {template} {COPYING}")
        engine = make_engine(_named(cluster_url, name))
        yield engine
        engine.dispose()
        with _admin(cluster_url) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return make


@pytest.fixture
def empty_db(new_database: Callable[[], Iterator[Engine]]) -> Iterator[Engine]:
    """Engine on a database of the test's own: newest schema, no data; the test may commit."""
    yield from new_database()


@pytest.fixture(scope="module")
def module_db(new_database: Callable[[], Iterator[Engine]]) -> Iterator[Engine]:
    """Engine on a database of the module's own: newest schema, no data; its tests share what one of them commits."""
    yield from new_database()


@pytest.fixture(scope="session")
def worker_db(new_database: Callable[[], Iterator[Engine]]) -> Iterator[Engine]:
    """Engine on a migrated database all tests of one worker share; leave nothing committed in it."""
    yield from new_database()


@pytest.fixture
def db(worker_db: Engine) -> Iterator[Connection]:
    """Connection in a transaction that is undone after the test."""
    with worker_db.connect() as connection:
        transaction = connection.begin()
        yield connection
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture(scope="session")
def demo_template(cluster_url: str, migrated_template: str) -> str:
    """Name of the demonstration district's database, loaded once per run through its own door, for copying only.

    It has the demonstration's accounts; their passwords stand in the home (``tests.visitors.password_of``).
    """

    def fill(url: str) -> None:
        command = [sys.executable, "-m", "etl", "demo", "--until", DEMO_UNTIL]
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=os.environ | {"GRID_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        engine = make_engine(url)
        assert first_accounts(engine, settings().home / DISTRICT, settings().lang)
        engine.dispose()

    return _template(cluster_url, DEMO, migrated_template, fill)


@pytest.fixture(scope="session")
def read_database(cluster_url: str, migrated_template: str) -> Iterator[Callable[[str, Callable[[str], None]], Engine]]:
    """A maker of databases that all workers share for reading, by name; whoever comes first fills one by its URL."""
    engines: list[Engine] = []

    def make(name: str, fill: Callable[[str], None]) -> Engine:
        engines.append(make_engine(_named(cluster_url, _template(cluster_url, name, migrated_template, fill))))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def demo_district(cluster_url: str, demo_template: str) -> Iterator[Engine]:
    """Engine on the one copy of the demonstration district that all workers share; its facts are for reading only."""
    engine = make_engine(_named(cluster_url, _template(cluster_url, DISTRICT_READ, demo_template, lambda _url: None)))
    yield engine
    engine.dispose()
