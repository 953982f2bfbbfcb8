"""The database written to a file and read back by PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from geodata.backup.table_sums import Sums, sum_tables
from geodata.database.scope import read_transaction
from geodata.database.upgrade import RESTORING, migrate, refuse_unfinished, schema_version
from geodata.embedded.binaries import find_binaries
from geodata.errors import SetupError, Unavailable, UserError
from geodata.locks import Lock
from geodata.schema.files import topic_sql
from geodata.settings import postgres_environment

_SCHEMAS = ("grid", "grid_queue", "public_board")
_FILLING = "pg_restore"
"""How PostgreSQL's program that reads a dump back calls itself at the server."""
_END_LEFT = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = :name AND usename = current_user
"""


def dump_database(engine: Engine, write: Callable[[IO[bytes]], object]) -> tuple[str, Sums]:
    """Write all that the program keeps in the database, as of one moment.

    Parameters
    ----------
    engine
        The owner's.
    write
        Is given the dump to read to its end, in PostgreSQL's custom format.

    Returns
    -------
    schema
        The version of the schema.
    sums
        Of every table, as of that moment.

    Raises
    ------
    SetupError
        PostgreSQL's programs are missing, or refuse; the last line they said is told. Or a backup was brought back by
        half.
    """
    schemas = [f"--schema={name}" for name in _SCHEMAS]
    with read_transaction(engine) as db:
        refuse_unfinished(db)
        moment = db.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ["--format=custom", "--no-owner", f"--snapshot={moment}", *schemas]
        _run_program("pg_dump", engine, options, write)
        return str(schema_version(db)), sum_tables(db, _SCHEMAS)


def check_dump(file: Path) -> bool:
    """Whether PostgreSQL can read a dump's list of contents.

    Parameters
    ----------
    file
        As ``dump_database`` wrote it.

    Returns
    -------
    sound
        Its rows are not looked at: the file's hash says that they are as they were written.
    """
    done = subprocess.run([find_binaries().folder / "pg_restore", "--list", file], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def database_to_fill(engine: Engine) -> Iterator[None]:
    """A database that a backup may be brought back into, by nobody else meanwhile.

    Parameters
    ----------
    engine
        The owner's.

    Yields
    ------
    nothing
        It is empty, or holds what was brought back by half.

    Raises
    ------
    UserError
        It holds the program's tables, or somebody is restoring into it: nothing is written over.
    """
    with engine.begin() as db:
        asked = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not db.execute(asked, {"key": Lock.RESTORE.value}).scalar_one():
            raise UserError("backup.error.restoring")
        # begun by a program that was killed: it would go on, and be done when the next one is in the middle
        db.execute(text(_END_LEFT), {"name": _FILLING})
        is_filled = db.execute(text("SELECT to_regclass('grid.alembic_version') IS NOT NULL")).scalar_one()
        if is_filled and not _is_marked(db):
            raise UserError("backup.error.not_empty")
        yield


def fill_database(engine: Engine, file: Path, expected: Sums, finish: Callable[[], object]) -> None:
    """Fill a database, bring its schema to the newest version.

    Until all of it is done the database says that it is not whole, whatever is killed: no program works with it, and
    the next one begins anew.

    Parameters
    ----------
    engine
        The owner's, of a ``database_to_fill``.
    file
        As ``dump_database`` wrote it.
    expected
        The sums of its tables.
    finish
        What else has to be done before the database counts; called when its schema is the newest.

    Raises
    ------
    SetupError
        PostgreSQL's programs are missing, or refuse: the last line they said is told. Or what was restored is not what
        was dumped; the tables are named. The database is empty then, as it was.
    """
    with engine.begin() as db:
        _lay_bare(db)
        db.execute(text(f"CREATE SCHEMA {RESTORING}"))
        # policies name the roles, which belong to the server and are in no dump
        db.execute(text("CREATE SCHEMA IF NOT EXISTS grid"))
        db.connection.driver_connection.execute(topic_sql("roles").encode())  # type: ignore[union-attr]
        db.execute(text("DROP SCHEMA grid, public_board"))
    try:
        _read_back(engine, file, expected)
        migrate(engine)
        finish()
        with engine.begin() as db:
            db.execute(text(f"DROP SCHEMA {RESTORING}"))
    except BaseException:
        # where the database is away it goes on saying that it is not whole
        with suppress(SQLAlchemyError), engine.begin() as db:
            _lay_bare(db)
        raise


def _lay_bare(db: Connection) -> None:
    """Take away what was brought back by half, and nothing else."""
    if _is_marked(db):
        db.execute(text(f"DROP SCHEMA IF EXISTS {', '.join((*_SCHEMAS, RESTORING))} CASCADE"))


def _is_marked(db: Connection) -> bool:
    return db.execute(text("SELECT to_regnamespace(:name)"), {"name": RESTORING}).scalar_one() is not None


def _read_back(engine: Engine, file: Path, expected: Sums) -> None:
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run_program("pg_restore", engine, [*options, str(file)])
    with read_transaction(engine) as db:
        found = sum_tables(db, _SCHEMAS)
    if other := sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name)):
        raise SetupError("backup.error.other_rows", tables=", ".join(other))


def _run_program(
    name: str, engine: Engine, options: list[str], write: Callable[[IO[bytes]], object] | None = None
) -> None:
    program = find_binaries().folder / name
    if not program.exists():
        raise SetupError("backup.error.no_program", program=name)
    asked = [str(program), f"--dbname={_address(engine)}", "--no-password", *options]
    known = postgres_environment() | ({"PGPASSWORD": str(engine.url.password)} if engine.url.password else {})
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=told, env=known) as running,
    ):
        assert running.stdout is not None
        (write or _read_out)(running.stdout)
        code = running.wait()
        told.seek(0)
        lines = told.read().decode(errors="replace").strip().splitlines()
    if code and any("No space left on device" in line for line in lines):
        raise Unavailable("error.disk_full")
    if code:
        raise SetupError("backup.error.refused", program=name, why=lines[-1] if lines else code)


def _address(engine: Engine) -> str:
    """All that the address of an engine says, how the server is verified too; not what the driver alone understands.

    Secrets neither, which PostgreSQL marks by a star: whoever lists processes would read them.
    """
    understood = {each.keyword.decode() for each in Conninfo.get_defaults() if each.dispchar != b"*"}
    _, said = engine.dialect.create_connect_args(engine.url)
    return make_conninfo(**{name: value for name, value in said.items() if name in understood})


def _read_out(source: IO[bytes]) -> None:
    source.read()
