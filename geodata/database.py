"""Engine, transactions and schema version of the one PostGIS database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from geodata import embedded
from geodata.errors import SetupError
from geodata.models import SCHEMA
from geodata.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"


def make_engine(url: str | None = None, *, pool_size: int = 8) -> Engine:
    """An engine on ``url``, else on ``GRID_DATABASE_URL``, else on the private cluster (started unless it runs).

    Sessions see schema ``grid`` first, live in the configured time zone, and never JIT (views are small and many).
    """
    target = url or settings().database_url or embedded.start(settings().home)
    if target.startswith(("postgres://", "postgresql://")):
        target = "postgresql+psycopg://" + target.split("://", 1)[1]
    options = f"-c search_path={SCHEMA},public -c timezone={settings().timezone} -c jit=off"
    # the server looks every two seconds whether we are still there: what a killed process left running ends at once,
    # and with it its transaction and its locks
    options += " -c client_connection_check_interval=2000"
    return create_engine(
        target, pool_size=pool_size, pool_pre_ping=True, connect_args={"options": options, "application_name": "grid"}
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction: all numbers asked inside it are of the same moment."""
    with engine.connect() as db, db.begin():
        db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield db


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One read-write transaction: commits on leaving, undoes everything on any error."""
    with engine.begin() as db:
        yield db


@contextmanager
def never(db: Connection) -> Iterator[None]:
    """What is done inside is undone on leaving, whatever happens; a transaction around it stays as it was."""
    attempt = db.begin_nested() if db.in_transaction() else db.begin()
    try:
        yield
    finally:
        if attempt.is_active:
            attempt.rollback()


def alembic_config(engine: Engine) -> Config:
    """Alembic's configuration for this engine (no ini file; the engine travels as an attribute)."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; does nothing when it is there. Two at once wait for each other."""
    command.upgrade(alembic_config(engine), "head")


def newest_version() -> str:
    """The version the code expects."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise SetupError("geodata/migrations/versions holds no migration")
    return head


def schema_version(db: Connection) -> str | None:
    """The version the database has; None before the first migration."""
    return MigrationContext.configure(db, opts={"version_table_schema": SCHEMA}).get_current_revision()


def is_empty(db: Connection) -> bool:
    """True while no grid unit has been loaded."""
    return not db.execute(text("SELECT EXISTS (SELECT FROM grid.unit)")).scalar_one()
