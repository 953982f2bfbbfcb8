"""Transactions that name on whose behalf they ask: reading one moment, writing all or nothing, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text


@dataclass(frozen=True)
class Scope:
    """On whose behalf a transaction asks: an account's login ("" for nobody), and from which network address.

    ``everything``: read with the policies of those who see all; for a login that does not, there is then nothing.
    ``token_id``: the personal token of the login that it is asked by: its reach alone is read, and nothing written.
    """

    login: str = ""
    address: str = ""
    everything: bool = False
    token_id: int | None = None


@contextmanager
def read_transaction(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One read-only transaction: all numbers asked inside it are of the same moment, and of the scope's rows alone.

    Parameters
    ----------
    engine
        Whose connections are used.
    scope
        On whose behalf; matters to the application's engine only. None is nobody.

    Yields
    ------
    Connection
        The connection, in its transaction (repeatable read).
    """
    with engine.connect() as db, db.begin():
        db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        take_on_scope(db, scope)
        if scope is not None and scope.everything:
            db.execute(text("SET LOCAL ROLE grid_all"))
        yield db


@contextmanager
def write_transaction(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One read-write transaction: commits on leaving, undoes everything on any error.

    Parameters
    ----------
    engine
        Whose connections are used.
    scope
        As in ``read_transaction``.

    Yields
    ------
    Connection
        The connection, in its transaction.
    """
    with engine.begin() as db:
        take_on_scope(db, scope)
        yield db


@contextmanager
def steady_transaction(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One read-write transaction that sees one moment throughout: what it has counted still holds when it writes.

    Where somebody else has changed the same row meanwhile, writing it fails (SQLSTATE 40001); a lock is waited for no
    longer than five seconds (55P03).

    Parameters
    ----------
    engine
        Whose connections are used.
    scope
        As in ``read_transaction``.

    Yields
    ------
    Connection
        The connection, in its transaction (repeatable read); commits on leaving, undoes everything on any error.
    """
    with engine.begin() as db:
        db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        db.execute(text("SET LOCAL lock_timeout = '5s'"))
        take_on_scope(db, scope)
        yield db


@contextmanager
def door_transaction(engine: Engine, scope: Scope) -> Iterator[Connection]:
    """One read-write transaction of the door: names who is asking and from where, and works out nothing.

    Parameters
    ----------
    engine
        Of the role ``grid_door`` (``engine.door_engine``).
    scope
        On whose behalf; by a personal token it is nobody's, since a token only reads.

    Yields
    ------
    Connection
        The connection, in its transaction; commits on leaving, undoes everything on any error.
    """
    login = scope.login if scope.token_id is None else ""
    with engine.begin() as db:
        named = "SELECT set_config('grid.login', :login, true), set_config('grid.address', :address, true)"
        db.execute(text(named), {"login": login, "address": scope.address})
        yield db


def take_on_scope(db: Connection, scope: Scope | None) -> None:
    """Name the scope for this transaction alone: it ends with it, whoever gets the connection next.

    Parameters
    ----------
    db
        A connection at the beginning of its transaction.
    scope
        On whose behalf; None leaves the transaction nobody's.
    """
    if scope is not None:
        named = "SELECT grid.take_on(:login, :address, CAST(:token AS integer))"
        db.execute(text(named), {"login": scope.login, "address": scope.address, "token": scope.token_id})


@contextmanager
def undo_on_exit(db: Connection) -> Iterator[None]:
    """What is done inside is undone on leaving, whatever happens; a transaction around it stays as it was.

    Parameters
    ----------
    db
        A connection, in a transaction or before one.

    Yields
    ------
    None
        The connection is the caller's own.
    """
    attempt = db.begin_nested() if db.in_transaction() else db.begin()
    try:
        yield
    finally:
        if attempt.is_active:
            attempt.rollback()
