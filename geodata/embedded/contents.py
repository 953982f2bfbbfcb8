"""What a private cluster holds before the first migration: the role ``grid``, its database, the two extensions."""

from __future__ import annotations

import time
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import errors
from sqlalchemy import URL

from geodata.embedded.server import ADMIN, START_SECONDS
from geodata.errors import SetupError

NAME = "grid"
EXTENSIONS: tuple[LiteralString, ...] = ("postgis", "btree_gist")


def database_url(socket: Path) -> str:
    """The SQLAlchemy URL of database ``grid`` behind this socket folder.

    Parameters
    ----------
    socket
        Folder of the unix socket.

    Returns
    -------
    url
        Without a password: who may enter the folder is let in.
    """
    query = {"host": str(socket), "port": "5432"}
    return URL.create("postgresql+psycopg", username=NAME, database=NAME, query=query).render_as_string()


def ensure_database(socket: Path) -> None:
    """Make whatever of role, database and extensions is missing; one short look when all is there.

    ``grid`` is no superuser: it owns its database and may create others (tests do) and roles, nothing more.

    Parameters
    ----------
    socket
        Folder of the unix socket of a running server, whose administrator may enter without a password.

    Raises
    ------
    SetupError
        PostGIS is not installed for this server.
    OperationalError
        The server does not answer, or is still recovering after ``START_SECONDS`` (psycopg's own error).
    """
    if _is_complete(socket):
        return
    with _connect(socket, ADMIN, ADMIN) as db:
        if db.execute("SELECT FROM pg_roles WHERE rolname = 'grid'").fetchone() is None:
            db.execute("CREATE ROLE grid LOGIN CREATEDB CREATEROLE")
        if db.execute("SELECT FROM pg_database WHERE datname = 'grid'").fetchone() is None:
            db.execute("CREATE DATABASE grid OWNER grid")
    with _connect(socket, ADMIN, NAME) as db:
        for extension in EXTENSIONS:
            try:
                db.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
            except (errors.UndefinedFile, errors.FeatureNotSupported) as missing:
                raise SetupError("cluster.no_postgis", major=db.info.server_version // 10000) from missing


def _is_complete(socket: Path) -> bool:
    try:
        with _connect(socket, NAME, NAME) as db:
            found = db.execute(
                "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", [list(EXTENSIONS)]
            ).fetchone()
    except psycopg.OperationalError:  # no such role or database yet
        return False
    return found == (len(EXTENSIONS),)


def _connect(socket: Path, user: str, database: str) -> psycopg.Connection:
    """Connect, waiting while the server is still recovering."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg.connect(host=str(socket), port=5432, user=user, dbname=database, autocommit=True)
        except psycopg.OperationalError as refused:
            if not isinstance(refused, errors.CannotConnectNow) and "starting up" not in str(refused):
                raise
            if time.monotonic() > until:
                raise
        time.sleep(0.1)
