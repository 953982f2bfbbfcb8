"""The schema of a database: which it is, bringing it to the newest, refusing one that is not as expected."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from geodata.database.engine import APPLICATION, LOADING, ROLE_KEYS, engine_of_role, role_password
from geodata.database.scope import read_transaction
from geodata.errors import SetupError
from geodata.locks import Lock, take_lock
from geodata.models import SCHEMA
from geodata.schema import is_current

MIGRATIONS = Path(__file__).parents[1] / "migrations"
RESTORING = "grid_restoring"
"""A schema that is there while a backup is being brought back: what the others hold counts for nothing meanwhile."""


# Only loads need temporary tables, and code let into the database would begin with them and their triggers. A copy of a
# database does not keep this, so it is seen to at every start.
_NO_TABLES_OF_THEIR_OWN = f"""
DO $$ BEGIN
    IF has_database_privilege('{APPLICATION}', current_database(), 'TEMP') THEN
        EXECUTE format('REVOKE TEMP ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('GRANT TEMP ON DATABASE %I TO {LOADING}, CURRENT_USER', current_database());
    END IF;
END $$"""


def alembic_config(engine: Engine) -> Config:
    """Alembic's configuration for this engine (no ini file; the engine travels as an attribute).

    Parameters
    ----------
    engine
        The owner's.

    Returns
    -------
    Config
        What Alembic's commands take.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("recursive_version_locations", "true")
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version (two at once wait for each other), and let the program's roles in.

    Parameters
    ----------
    engine
        The owner's.
    """
    with read_transaction(engine) as db:
        current = is_current(db)
    if not current:
        command.upgrade(alembic_config(engine), "head")
    with engine.begin() as db:
        db.execute(text(_NO_TABLES_OF_THEIR_OWN))
    for role in ROLE_KEYS:
        _let_in(role, engine)


def require_current_schema(engine: Engine) -> None:
    """Refuse a database that is not as this code expects it.

    Parameters
    ----------
    engine
        Of any role.

    Raises
    ------
    SetupError
        The schema is older or newer, or something in it was changed by hand, which ``migrate`` puts right; or a backup
        was brought back by half.
    """
    with read_transaction(engine) as db:
        refuse_unfinished(db)
        if not is_current(db):
            raise SetupError("error.schema_unexpected")


def refuse_unfinished(db: Connection) -> None:
    """Refuse a database that a backup was brought back into by half.

    Parameters
    ----------
    db
        A transaction of any role.

    Raises
    ------
    SetupError
        It was broken off, or is still going on; ``restore`` said again begins anew.
    """
    if db.execute(text("SELECT to_regnamespace(:name)"), {"name": RESTORING}).scalar_one() is not None:
        raise SetupError("backup.error.unfinished")


def _let_in(role: str, owner: Engine) -> None:
    """See to it that a role can connect; does nothing when it can."""
    password = role_password(role, owner.url)
    if password is None:
        return
    visitor = engine_of_role(role, owner.url, pool_size=1)
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
    """The version the code expects.

    Returns
    -------
    str
        The newest migration's revision.

    Raises
    ------
    SetupError
        The program was installed without its migrations.
    """
    head = ScriptDirectory(str(MIGRATIONS), recursive_version_locations=True).get_current_head()
    if head is None:
        raise SetupError("geodata/migrations/versions holds no migration")
    return head


def schema_version(db: Connection) -> str | None:
    """The version the database has.

    Parameters
    ----------
    db
        A transaction of any role.

    Returns
    -------
    str | None
        The revision; None before the first migration.
    """
    return MigrationContext.configure(db, opts={"version_table_schema": SCHEMA}).get_current_revision()


def is_empty(db: Connection) -> bool:
    """Whether the map is still to be filled.

    Parameters
    ----------
    db
        A transaction of any role; needs no scope.

    Returns
    -------
    bool
        True while no grid unit has been loaded.
    """
    return bool(db.execute(text("SELECT grid.is_empty()")).scalar_one())
