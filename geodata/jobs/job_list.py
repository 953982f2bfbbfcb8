"""The jobs somebody may see, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.jobs.job_kind import Sentence
from geodata.vocabulary import OPEN_JOBS, JobState

_LISTED = """
SELECT j.id AS number, j.kind, j.arguments, j.login, n.name, j.state, j.items_done, j.items_all, j.step, j.outcome,
       j.is_stopping, j.state = 'waiting' AND NOT grid.has_worker() AS is_unattended, j.asked_at,
       coalesce(j.ended_at, clock_timestamp()) - j.started_at AS took
FROM grid.job AS j LEFT JOIN grid.account AS a ON a.login = j.login
LEFT JOIN grid.person AS n ON n.person_no = a.person_no
"""


@dataclass(frozen=True)
class JobLine:
    """One job as it stands.

    ``name`` is None where the reader may not see whose it is, ``took`` until it has begun; ``is_unattended`` says that
    it waits and no worker is there.
    """

    number: int
    kind: str
    arguments: Mapping[str, Any]
    login: str
    name: str | None
    state: JobState
    items_done: int
    items_all: int
    step: Sentence | None
    outcome: Sentence | None
    is_stopping: bool
    is_unattended: bool
    asked_at: datetime
    took: timedelta | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_JOBS


def list_jobs(db: Connection, most: int | None = None, offset: int = 0) -> list[JobLine]:
    """One's own jobs, and everybody's for whoever sees them all.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    most
        How many to give at most; None: all.
    offset
        How many of the newest to leave out before.

    Returns
    -------
    jobs
        By number, descending.
    """
    cut = "ORDER BY j.id DESC LIMIT :most OFFSET :offset"
    return [_line(row) for row in db.execute(text(f"{_LISTED} {cut}"), {"most": most, "offset": offset}).mappings()]


def count_jobs(db: Connection) -> int:
    """How many jobs ``list_jobs`` gives without a limit.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    count
        0 when there are none.
    """
    return int(db.execute(text("SELECT count(*) FROM grid.job")).scalar_one())


def get_job(db: Connection, number: int) -> JobLine:
    """One job by its number.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    number
        Of the job.

    Returns
    -------
    job
        As it stands.

    Raises
    ------
    NotFound
        There is none that one may see.
    """
    row = db.execute(text(f"{_LISTED} WHERE j.id = :number"), {"number": number}).mappings().one_or_none()
    if row is None:
        raise NotFound("job.not_there", number=number)
    return _line(row)


def newest_job(db: Connection, key: str) -> JobLine | None:
    """The newest job of a key.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    key
        As ``start_job`` was given it.

    Returns
    -------
    job
        None where there is none that one may see.
    """
    cut = "WHERE j.job_key = :key ORDER BY j.id DESC LIMIT 1"
    row = db.execute(text(f"{_LISTED} {cut}"), {"key": key}).mappings().one_or_none()
    return None if row is None else _line(row)


def _line(row: Any) -> JobLine:
    kept = dict(row)
    said = {name: Sentence(**told) if (told := kept.pop(name)) else None for name in ("step", "outcome")}
    return JobLine(**kept | said | {"state": JobState(row["state"])})
