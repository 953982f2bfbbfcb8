"""The database written to a file and read back by PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sqlalchemy import Engine, text

from geodata.database.upgrade import migrate
from geodata.embedded.binaries import find_binaries
from geodata.errors import SetupError, UserError
from geodata.schema.files import topic_sql

_SCHEMAS = ("grid", "grid_queue", "public_board")


def dump_database(engine: Engine, file: Path) -> None:
    """Write all that the program keeps in the database, as of one moment.

    Parameters
    ----------
    engine
        The owner's.
    file
        The file to write.

    Raises
    ------
    SetupError
        PostgreSQL's programs are missing, or refuse; the last line they said is told.
    """
    schemas = [f"--schema={name}" for name in _SCHEMAS]
    _run_program("pg_dump", engine, ["--format=custom", "--no-owner", f"--file={file}", *schemas])


def restore_database(engine: Engine, file: Path) -> None:
    """Fill an empty database, and bring its schema to the newest version.

    Parameters
    ----------
    engine
        The owner's.
    file
        As ``dump_database`` wrote it.

    Raises
    ------
    UserError
        The database holds the program's tables already: nothing is written over.
    SetupError
        PostgreSQL's programs are missing, or refuse; the last line they said is told, and nothing was changed.
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
    migrate(engine)


def _run_program(name: str, engine: Engine, options: list[str]) -> None:
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
    done = subprocess.run([program, *where, *options], capture_output=True, text=True, check=False, env=known)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SetupError("backup.error.refused", program=name, why=said[-1] if said else done.returncode)
