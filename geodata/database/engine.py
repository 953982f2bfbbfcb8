"""Engines, transactions with their scope, and schema version of the one PostGIS database.

Three roles connect. The owner makes the schema, and loads from the command line; row-level security does not apply to
it. ``grid_app`` owns nothing: what it sees in a transaction follows from the login the transaction names, and it is
nobody before that. ``grid_load`` owns nothing either: it writes the facts of files that come in through a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from geodata import embedded
from geodata.errors import SetupError
from geodata.locks import Lock, take_lock
from geodata.models import SCHEMA
from geodata.schema import is_current
from geodata.secret_keys import kept_key
from geodata.settings import settings

MIGRATIONS = Path(__file__).parents[1] / "migrations"
APPLICATION = "grid_app"
"""The role pages and the API connect as."""
LOADING = "grid_load"
"""The role files are loaded with through a page."""

_KEYS = {APPLICATION: "application.key", LOADING: "loading.key"}
"""Under which name the home keeps a role's password."""
# Only loads need temporary tables, and code let into the database would begin with them and their triggers. A copy of a
# database does not keep this, so it is seen to at every start.
_NO_TABLES_OF_THEIR_OWN = f"""
DO $$ BEGIN
    IF has_database_privilege('{APPLICATION}', current_database(), 'TEMP') THEN
        EXECUTE format('REVOKE TEMP ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('GRANT TEMP ON DATABASE %I TO {LOADING}, CURRENT_USER', current_database());
    END IF;
END $$"""


@dataclass(frozen=True)
class Scope:
    """On whose behalf a transaction asks: an account's login ("" for nobody), and from which network address.

    ``everything``: read with the policies of those who see all; for a login that does not, there is then nothing.
    """

    login: str = ""
    address: str = ""
    everything: bool = False


def make_engine(url: str | URL | None = None, *, pool_size: int = 8) -> Engine:
    """The owner's engine on ``url``, else on ``GRID_DATABASE_URL``, else on the private cluster (started at need).

    Sessions see schema ``grid`` first, live in the configured time zone, and never JIT (views are small and many).
    Errors never carry the values of a statement: they may be names or numbers, and errors go to the log.
    """
    target = make_url(url or settings().database_url or embedded.start(settings().home))
    if target.drivername in ("postgres", "postgresql"):
        target = target.set(drivername="postgresql+psycopg")
    options = f"-c search_path={SCHEMA},public -c timezone={settings().timezone} -c jit=off"
    # the driver prepares what it asks often; a plan made for any town and any day suits none of them
    options += " -c plan_cache_mode=force_custom_plan"
    # the server looks every two seconds whether we are still there: what a killed process left running ends at once,
    # and with it its transaction and its locks
    options += " -c client_connection_check_interval=2000"
    return create_engine(
        target,
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "application_name": "grid"},
    )


def loading_engine(scope: Scope) -> Engine:
    """The engine of one load through a page, as ``grid_load``; what it writes is noted under the scope's login.

    On ``GRID_LOAD_DATABASE_URL``; without one on the owner's database. Small, and to be disposed of after the act: the
    web server keeps no connection that writes facts.

    Raises
    ------
    SetupError
        This process knows only the application's role: files are then loaded on the server.
    """
    known = settings().load_database_url or settings().database_url
    if settings().app_database_url and not known:
        raise SetupError("error.no_loading")
    engine = _engine_of(LOADING, pool_size=1)

    @event.listens_for(engine, "begin")
    def name_the_scope(db: Connection) -> None:
        _take_on(db, scope)

    return engine


def application_engine(owner: str | URL | None = None, *, pool_size: int = 8) -> Engine:
    """The engine of pages and API, as the role ``grid_app`` that owns nothing.

    On ``GRID_APP_DATABASE_URL``; without one on the owner's database, where ``migrate`` has given the role a password
    that only this installation knows (a private cluster asks for none: its folder is the lock).
    """
    return _engine_of(APPLICATION, owner, pool_size=pool_size)


def _engine_of(role: str, owner: str | URL | None = None, *, pool_size: int) -> Engine:
    """An engine that connects as ``role``, where its setting says; else on the owner's database."""
    chosen = _chosen(role)
    if owner is None and chosen:
        return make_engine(chosen, pool_size=pool_size)
    target = make_url(owner or settings().database_url or embedded.start(settings().home)).set(username=role)
    return make_engine(target.set(password=_password(role, target)), pool_size=pool_size)


def _chosen(role: str) -> str | None:
    """The database as the settings name it for a role."""
    return {APPLICATION: settings().app_database_url, LOADING: settings().load_database_url}[role]


def _password(role: str, target: URL) -> str | None:
    """The password a role has over the network; over a socket the server knows who asks."""
    chosen = _chosen(role)
    named = make_url(chosen).password if chosen else None
    if named or _by_socket(target):
        return None if named is None else str(named)
    return kept_key(settings().home, _KEYS[role])


def _by_socket(target: URL) -> bool:
    host = target.query.get("host") or target.host or "/"
    return str(host).startswith("/")


@contextmanager
def reading(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One read-only transaction: all numbers asked inside it are of the same moment, and of the scope's rows alone.

    ``scope`` matters to the application's engine only; None is nobody.
    """
    with engine.connect() as db, db.begin():
        db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        _take_on(db, scope)
        if scope is not None and scope.everything:
            db.execute(text("SET LOCAL ROLE grid_all"))
        yield db


@contextmanager
def writing(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One read-write transaction: commits on leaving, undoes everything on any error; ``scope`` as in ``reading``."""
    with engine.begin() as db:
        _take_on(db, scope)
        yield db


def _take_on(db: Connection, scope: Scope | None) -> None:
    """Name the scope for this transaction alone: it ends with it, whoever gets the connection next."""
    if scope is not None:
        named = "SELECT grid.take_on(:login, :address)"
        db.execute(text(named), {"login": scope.login, "address": scope.address})


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
    """Bring the schema to the newest version (two at once wait for each other), and let the program's roles in."""
    with reading(engine) as db:
        current = is_current(db)
    if not current:
        command.upgrade(alembic_config(engine), "head")
    with engine.begin() as db:
        db.execute(text(_NO_TABLES_OF_THEIR_OWN))
    for role in _KEYS:
        _let_in(role, engine)


def require_current_schema(engine: Engine) -> None:
    """Refuse a database that is not as this code expects it.

    Raises
    ------
    SetupError
        The schema is older or newer, or something in it was changed by hand; ``migrate`` puts it right.
    """
    with reading(engine) as db:
        if not is_current(db):
            raise SetupError("error.schema_unexpected")


def _let_in(role: str, owner: Engine) -> None:
    """See to it that a role can connect; does nothing when it can."""
    password = _password(role, owner.url)
    if password is None:
        return
    visitor = _engine_of(role, owner.url, pool_size=1)
    try:
        visitor.connect().close()
    except OperationalError:
        with owner.begin() as db:
            take_lock(db, Lock.LET_IN)
            # a password is no parameter of ALTER ROLE; the driver quotes it
            driver = db.connection.driver_connection
            assert driver is not None
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            driver.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
    finally:
        visitor.dispose()


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
    return bool(db.execute(text("SELECT grid.is_empty()")).scalar_one())
