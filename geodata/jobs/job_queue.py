"""Asking for a job, and stopping one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import NotFound, UserError
from geodata.jobs.job_list import get_job
from geodata.locale import Lang

_START = "SELECT grid.start_job(:kind, :key, CAST(:arguments AS jsonb), :lang)"


def start_job(db: Connection, kind: str, key: str, lang: Lang, arguments: Mapping[str, Any] | None = None) -> int:
    """Ask for a job on behalf of whoever is signed in; it begins when the caller's transaction is committed.

    Parameters
    ----------
    db
        A transaction with the scope of who asks.
    kind
        Key of the kind.
    key
        Of jobs with one key, one is open at a time: asked again, the one there is meant.
    lang
        The language of what it makes.
    arguments
        What JSON can hold: names and numbers, never rows.

    Returns
    -------
    number
        Of the job, new or there before.

    Raises
    ------
    UserError
        Somebody else's job of the key is open.
    """
    said = json.dumps(dict(arguments or {}), ensure_ascii=False)
    asked = {"kind": kind, "key": key, "arguments": said, "lang": lang.value}
    number = db.execute(text(_START), asked).scalar_one()
    if number is None:
        raise UserError("job.busy")
    return int(number)


def stop_job(db: Connection, number: int) -> None:
    """Stop a job: one that waits is over at once, one that runs within seconds, with all it has not committed undone.

    Parameters
    ----------
    db
        A transaction with the scope of who asks.
    number
        Of the job.

    Raises
    ------
    NotFound
        There is none of that number that is open and one's own (anybody's for whoever sees all jobs).
    """
    job = get_job(db, number)
    if not db.execute(text("SELECT grid.stop_job(:number)"), {"number": job.number}).scalar_one():
        raise NotFound("job.not_open", number=number)
