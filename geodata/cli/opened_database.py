"""How every command opens the database: from then on it speaks with the names the installation gave its levels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from geodata.attachments.attachment_store import open_store
from geodata.backup.nightly import upgrade_safely
from geodata.cli.exit_codes import make_terminal
from geodata.database.engine import make_engine
from geodata.database.scope import read_transaction
from geodata.database.upgrade import require_current_schema
from geodata.embedded import cluster_status
from geodata.errors import SetupError
from geodata.locale import translate
from geodata.settings import settings
from geodata.territory.level_table import use_levels_of

_THERE = "SELECT to_regclass('grid.level') IS NOT NULL AND to_regprocedure('grid.tier_on(date)') IS NOT NULL"


def open_database(*, upgrade: bool = False) -> Engine:
    """The owner's engine, and the levels of the installation in use in this thread.

    Parameters
    ----------
    upgrade
        Whether the schema is brought up to date first, after a backup where there is something to lose.

    Returns
    -------
    engine
        On the database the settings name, else on the private cluster, which is started at need. Where no levels are
        there yet, the shipped ones stay in use.

    Raises
    ------
    SetupError
        The private cluster cannot be started, or the schema not be brought up to date.
    """
    engine = make_engine()
    if upgrade and (folder := upgrade_safely(engine, open_store(settings()), settings())):
        make_terminal().print(translate("backup.before_upgrade", settings().lang, folder=folder))
    with read_transaction(engine) as db:
        there = db.execute(text(_THERE)).scalar_one()
    if there:
        use_levels_of(engine)
    return engine


@contextmanager
def database_at_hand() -> Iterator[Engine | None]:
    """As ``open_database``, for a command that can do without one.

    Yields
    ------
    engine
        None where there is no database of this version; its connections are closed on leaving.
    """
    if settings().database_url is None and not cluster_status(settings().home).exists:
        yield None
        return
    try:
        engine = open_database()
    except (SetupError, SQLAlchemyError):
        yield None
        return
    try:
        yield engine if _is_current(engine) else None
    finally:
        engine.dispose()


def _is_current(engine: Engine) -> bool:
    try:
        require_current_schema(engine)
    except (SetupError, SQLAlchemyError):
        return False
    return True
