"""The database written to a file and read back by PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, text

from geodata.backup.table_sums import Sums, sum_tables
from geodata.database.scope import read_transaction
from geodata.database.upgrade import migrate, schema_version
from geodata.embedded.binaries import find_binaries
from geodata.errors import SetupError, UserError
from geodata.schema.files import topic_sql

_SCHEMAS = ("grid", "grid_queue", "public_board")


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
        PostgreSQL's programs are missing, or refuse; the last line they said is told.
    """
    schemas = [f"--schema={name}" for name in _SCHEMAS]
    with read_transaction(engine) as db:
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


def restore_database(engine: Engine, file: Path, expected: Sums) -> None:
    """Fill an empty database, and bring its schema to the newest version.

    Parameters
    ----------
    engine
        The owner's.
    file
        As ``dump_database`` wrote it.
    expected
        The sums of its tables.

    Raises
    ------
    UserError
        The database holds the program's tables already: nothing is written over.
    SetupError
        PostgreSQL's programs are missing, or refuse: the last line they said is told, and nothing was changed. Or what
        was restored is not what was dumped; the tables are named.
    """
    with engine.begin() as db:
        if db.execute(text("SELECT to_regclass('grid.alembic_version')")).scalar_one() is not None:
            raise UserError("backup.error.not_empty")
        # policies name the roles, which belong to the server and are in no dump
        db.execute(text("CREATE SCHEMA IF NOT EXISTS grid"))
        db.connection.driver_connection.execute(topic_sql("roles").encode())  # type: ignore[union-attr]
        db.execute(text("DROP SCHEMA grid, public_board"))
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run_program("pg_restore", engine, [*options, f"--dbname={engine.url.database}", str(file)])
    with read_transaction(engine) as db:
        found = sum_tables(db, _SCHEMAS)
    if other := sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name)):
        raise SetupError("backup.error.other_rows", tables=", ".join(other))
    migrate(engine)


def _run_program(
    name: str, engine: Engine, options: list[str], write: Callable[[IO[bytes]], object] | None = None
) -> None:
    program = find_binaries().folder / name
    if not program.exists():
        raise SetupError("backup.error.no_program", program=name)
    url = engine.url
    host, port = url.query.get("host", url.host), url.query.get("port", url.port or 5432)
    where = [f"--host={host}", f"--port={port}", f"--username={url.username}", "--no-password"]
    if name == "pg_dump":
        where.append(f"--dbname={url.database}")
    # the password is for nobody who lists processes
    known = {"PGPASSWORD": url.password} if url.password else {}
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen([program, *where, *options], stdout=subprocess.PIPE, stderr=told, env=known) as running,
    ):
        assert running.stdout is not None
        (write or _read_out)(running.stdout)
        code = running.wait()
        told.seek(0)
        said = told.read().decode(errors="replace").strip().splitlines()
    if code:
        raise SetupError("backup.error.refused", program=name, why=said[-1] if said else code)


def _read_out(source: IO[bytes]) -> None:
    source.read()
