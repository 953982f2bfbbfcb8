"""The last line: what the database refuses although every check passed, said as one sentence."""

from __future__ import annotations

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from geodata.errors import Rejected
from geodata.locale import read_catalogue, translate
from geodata.settings import settings


def refusal_of(error: DBAPIError | psycopg.Error, file: str) -> Rejected | None:
    """What to tell the person; None for an error that is a bug of ours.

    Parameters
    ----------
    error
        What SQLAlchemy or the driver has raised.
    file
        Name of the file that was being loaded.

    Returns
    -------
    refusal
        Of a broken constraint, a full or slow server, or a lost connection; None for any other.
    """
    # COPY speaks to the driver itself, so its errors come bare
    cause = error.orig if isinstance(error, DBAPIError) else error
    lang = settings().lang
    if isinstance(cause, (errors.IntegrityError, errors.DataError)):
        name = cause.diag.constraint_name or ""
        key = f"etl.violation.{name}"
        said = (
            translate(key, lang)
            if key in read_catalogue(lang)
            else translate("etl.violation.other", lang, constraint=name or "–")
        )
        return Rejected("etl.violated", file=file, said=said, detail=_detail(cause))
    if isinstance(cause, (errors.DiskFull, errors.OutOfMemory)):
        return Rejected("etl.server_full", file=file)
    if isinstance(cause, (errors.QueryCanceled, errors.LockNotAvailable)):
        return Rejected("etl.server_slow", file=file)
    if isinstance(cause, psycopg.OperationalError):
        return Rejected("etl.server_gone", file=file)
    return None


def broken_rule(error: DBAPIError) -> str:
    """What a broken rule says, for the end of a sentence.

    Parameters
    ----------
    error
        Of a constraint or of a trigger that names one.

    Returns
    -------
    words
        Those of the catalogue where it has some, else the database's own first line.
    """
    cause = error.orig
    key = f"etl.violation.{getattr(getattr(cause, 'diag', None), 'constraint_name', None) or ''}"
    lang = settings().lang
    return translate(key, lang) if key in read_catalogue(lang) else str(cause).splitlines()[0]


def _detail(cause: psycopg.Error) -> str:
    """PostgreSQL's own words about the key, unless they show a whole row (which may hold private data)."""
    detail = cause.diag.message_detail or ""
    return detail if "Key (" in detail and "id_hash" not in detail else ""
