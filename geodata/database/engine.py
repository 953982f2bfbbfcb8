"""Engines of the one PostGIS database, each as the role it connects as.

Five roles connect. The owner makes the schema, and loads from the command line; row-level security does not apply to
it. ``grid_app`` owns nothing: what it sees in a transaction follows from the login the transaction names, and it is
nobody before that. ``grid_door`` lets people in and keeps their accounts, and reads no table. ``grid_load`` writes the
facts of files that come in through a page. ``grid_jobs`` takes jobs from the queue and sees no fact.
"""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from geodata import embedded
from geodata.database.scope import Scope, take_on_scope
from geodata.errors import SetupError
from geodata.models import SCHEMA
from geodata.secret_keys import kept_key
from geodata.settings import settings

APPLICATION = "grid_app"
"""The role pages and the API connect as."""
DOOR = "grid_door"
"""The role people are let in with, and their accounts are kept with."""
LOADING = "grid_load"
"""The role files are loaded with through a page."""

JOBS = "grid_jobs"
"""The role the worker takes jobs with."""

ROLE_KEYS = {APPLICATION: "application.key", DOOR: "door.key", LOADING: "loading.key", JOBS: "jobs.key"}
"""Under which name the home keeps a role's password."""


PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How long a server that does not answer at all is waited for (seconds; the last in milliseconds): a network that
swallows everything would hold every page for minutes."""


def make_engine(url: str | URL | None = None, *, pool_size: int = 8) -> Engine:
    """The owner's engine on ``url``, else on ``GRID_DATABASE_URL``, else on the private cluster (started at need).

    Sessions see schema ``grid`` first, live in the configured time zone, and never JIT (views are small and many).
    Errors never carry the values of a statement: they may be names or numbers, and errors go to the log.

    Parameters
    ----------
    url
        The database; None as said above.
    pool_size
        Connections kept open; ten more may be opened at a time.

    Returns
    -------
    Engine
        An engine that has connected to nothing yet.
    """
    target = make_url(url or settings().database_url or embedded.start_cluster(settings().home))
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
        connect_args={"options": options, "application_name": "grid", **PATIENCE},
    )


def loading_engine(scope: Scope) -> Engine:
    """The engine of one load through a page, as ``grid_load``; what it writes is noted under the scope's login.

    On ``GRID_LOAD_DATABASE_URL``; without one on the owner's database. Small, and to be disposed of after the act: the
    web server keeps no connection that writes facts.

    Parameters
    ----------
    scope
        Whose load it is; every transaction of the engine takes it on.

    Returns
    -------
    Engine
        An engine of one connection.

    Raises
    ------
    SetupError
        This process knows only the application's role: files are then loaded on the server.
    """
    known = settings().load_database_url or settings().database_url
    if settings().app_database_url and not known:
        raise SetupError("error.no_loading")
    engine = engine_of_role(LOADING, pool_size=1)

    @event.listens_for(engine, "begin")
    def name_the_scope(db: Connection) -> None:
        take_on_scope(db, scope)

    return engine


def application_engine(owner: str | URL | None = None, *, pool_size: int = 8) -> Engine:
    """The engine of pages and API, as the role ``grid_app`` that owns nothing.

    On ``GRID_APP_DATABASE_URL``; without one on the owner's database, where ``migrate`` has given the role a password
    that only this installation knows (a private cluster asks for none: its folder is the lock).

    Parameters
    ----------
    owner
        The owner's database; None: as the settings say.
    pool_size
        Connections kept open.

    Returns
    -------
    Engine
        An engine on which row-level security holds.
    """
    return engine_of_role(APPLICATION, owner, pool_size=pool_size)


def door_engine(owner: str | URL | None = None, *, pool_size: int = 2) -> Engine:
    """The engine of signing in, passwords and accounts, as the role ``grid_door`` that may do that and nothing else.

    On ``GRID_DOOR_DATABASE_URL``; without one on the owner's database, as ``application_engine``. A connection of its
    own, so that SQL which gets into a page runs where there is no password.

    Parameters
    ----------
    owner
        The owner's database; None: as the settings say.
    pool_size
        Connections kept open.

    Returns
    -------
    Engine
        An engine that has connected to nothing yet.

    Raises
    ------
    SetupError
        This process knows the database of the pages only: nobody could sign in.
    """
    known = settings()
    if owner is None and known.app_database_url and not (known.door_database_url or known.database_url):
        raise SetupError("error.no_door")
    return engine_of_role(DOOR, owner, pool_size=pool_size)


def engine_of_role(role: str, owner: str | URL | None = None, *, pool_size: int) -> Engine:
    """An engine that connects as ``role``, where its setting says; else on the owner's database.

    Parameters
    ----------
    role
        ``APPLICATION``, ``DOOR``, ``LOADING`` or ``JOBS``.
    owner
        The owner's database, which goes before the role's setting; None: as the settings say.
    pool_size
        Connections kept open.

    Returns
    -------
    Engine
        An engine that has connected to nothing yet.
    """
    chosen = _chosen(role)
    if owner is None and chosen:
        return make_engine(chosen, pool_size=pool_size)
    target = make_url(owner or settings().database_url or embedded.start_cluster(settings().home)).set(username=role)
    return make_engine(target.set(password=role_password(role, target)), pool_size=pool_size)


def _chosen(role: str) -> str | None:
    """The database as the settings name it for a role."""
    chosen = settings()
    named = {
        APPLICATION: chosen.app_database_url,
        DOOR: chosen.door_database_url,
        LOADING: chosen.load_database_url,
        JOBS: chosen.jobs_database_url,
    }
    return named[role]


def role_password(role: str, target: URL) -> str | None:
    """The password a role has over the network; over a socket the server knows who asks.

    Parameters
    ----------
    role
        ``APPLICATION``, ``DOOR``, ``LOADING`` or ``JOBS``.
    target
        The database it connects to.

    Returns
    -------
    str | None
        The one its setting names, else the one the home keeps; None over a socket.
    """
    chosen = _chosen(role)
    named = make_url(chosen).password if chosen else None
    if named or _by_socket(target):
        return None if named is None else str(named)
    return kept_key(settings().home, ROLE_KEYS[role])


def _by_socket(target: URL) -> bool:
    host = target.query.get("host") or target.host or "/"
    return str(host).startswith("/")
