"""A person's data are erased, and erased again in a database that comes from before."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from geodata.database.scope import write_transaction
from geodata.erasing.erasings import Erasing, keep_erasings, read_erasings
from geodata.erasing.files_mentioning import files_mentioning
from geodata.errors import SetupError, UserError
from geodata.locks import Lock, take_lock
from geodata.outage import outage_of
from geodata.signs.refused_signs import refuse_unfit

_REFUSED = "GM002"
"""SQLSTATE by which ``grid.erase_person`` refuses; message and detail fill the sentence."""
_KNOWN = "SELECT person_no, erased_at, basis, is_synthetic FROM grid.erased_person ORDER BY erased_at, person_no"
_WORDS = """
SELECT n.name, n.office_phone, n.private_mobile, a.login, a.oidc_subject FROM grid.person AS n
LEFT JOIN grid.account AS a USING (person_no) WHERE n.person_no = :person AND n.name <> grid.erased_name()
"""
_SYNTHETIC = """
SELECT n.person_no, b.synthetic FROM grid.person AS n JOIN grid.load_batch AS b ON b.id = n.batch_id
WHERE n.person_no = ANY (:numbers)
"""


@dataclass(frozen=True)
class Mentions:
    """Where words of an erased person still stand: table → keys of rows, and files of home."""

    rows: dict[str, list[str]]
    files: list[Path]


def erase_person(engine: Engine, folders: Sequence[Path], person_no: str, basis: str, now: datetime) -> Mentions:
    """Erase who a person was (PIPL art 47).

    Name, telephones, consent, account, sessions, tokens and jobs go, in what undoing keeps and in the audit trail too.
    What the person did stays under the number alone: records of checks and of who answered are kept by law.

    Parameters
    ----------
    engine
        The owner's.
    folders
        Where the list of erasings is kept: home, and the folder of backups.
    person_no
        Of somebody who holds no post today or later.
    basis
        The request or order it rests on, one line without the person's name.
    now
        The moment, with a time zone.

    Returns
    -------
    mentions
        Where the name, a telephone or the login still stands as a part of something: free texts, the name of a firm,
        somebody else of the same name, files of home. Whoever erases looks at them.

    Raises
    ------
    UserError
        There is no such person, it is in a post, the basis is none, or others are writing just now; nothing is erased
        then.
    SetupError
        A list is damaged, or cannot be written; nothing is erased then.
    OSError
        The disk is full; nothing is erased then.
    """
    refuse_unfit([person_no, basis])
    if not basis.strip() or len(basis.splitlines()) > 1:
        raise UserError("erasing.error.basis")
    home, *others = folders
    listed = read_erasings(home, others)
    with write_transaction(engine) as db:
        words = [word for word in db.execute(text(_WORDS), {"person": person_no}).one_or_none() or () if word]
        _erase(db, Erasing(person_no, now, basis.strip()), again=False)
        found = db.execute(text("SELECT * FROM grid.mentions(:words)"), {"words": words})
        rows = {table: sorted(map(str, keys)) for table, keys in found}
        # first the list: what is on it and not yet done is done at the next start, the other way round never
        try:
            keep_erasings(_all_erasings(db, listed), folders)
        except OSError as fault:
            if outage_of(fault):
                raise
            raise SetupError("erasing.error.unwritable", folder=fault.filename, why=fault.strerror) from fault
    return Mentions(rows, files_mentioning(home, words))


def repeat_erasings(engine: Engine, home: Path, others: Sequence[Path] = ()) -> list[str]:
    """Erase what a list says and the database, being older, still holds; and keep the list whole.

    Parameters
    ----------
    engine
        The owner's; its schema is the newest.
    home
        Of the installation.
    others
        The folder of backups; where it cannot be read or written, that is logged, and mended at the next start. A list
        there that is damaged is logged and left to whoever looks at it.

    Returns
    -------
    numbers
        Of the people who were erased again; each is logged.

    Raises
    ------
    SetupError
        The list of home is damaged.
    """
    lists: dict[Path, dict[str, Erasing] | None] = {home: read_erasings(home)}
    lists |= {folder: _erasings_beside(folder) for folder in others}
    listed: dict[str, Erasing] = {}
    for known in filter(None, lists.values()):
        listed = known | listed
    with write_transaction(engine) as db:
        done = set(db.execute(text("SELECT person_no FROM grid.erased_person")).scalars())
        here = dict(map(tuple, db.execute(text(_SYNTHETIC), {"numbers": list(listed)})))
        missing = [each for number, each in listed.items() if number not in done and _is_meant(each, here)]
        for erasing in missing:
            _erase(db, erasing, again=True)
            logging.getLogger("grid").warning("person %s is erased again (%s)", erasing.person_no, erasing.basis)
        everything = _all_erasings(db, listed)
    for folder, kept in lists.items():
        try:
            if kept is not None and set(kept) != {each.person_no for each in everything}:
                keep_erasings(everything, [folder])
        except OSError as fault:
            logging.getLogger("grid").warning("%s: %s", folder, fault)
    return [each.person_no for each in missing]


def _erasings_beside(folder: Path) -> dict[str, Erasing] | None:
    """What a list that lies beside that of home says; None where it cannot be read: that stops no start."""
    try:
        return read_erasings(folder)
    except SetupError as fault:
        logging.getLogger("grid").warning("%s", fault)
        return None


def _is_meant(erasing: Erasing, here: dict[str, bool]) -> bool:
    """Of a demonstration whoever has the number there now; a real person also before a file has brought the number."""
    return here.get(erasing.person_no, False) is erasing.synthetic and (
        not erasing.synthetic or erasing.person_no in here
    )


def _erase(db: Connection, erasing: Erasing, *, again: bool) -> None:
    asked = text("SELECT grid.erase_person(:person, :basis, :at, :again)")
    said = {"person": erasing.person_no, "basis": erasing.basis, "at": erasing.erased_at, "again": again}
    try:
        db.execute(text("SET LOCAL lock_timeout = '10s'"))
        take_lock(db, Lock.LOAD)  # a load would go on writing in the person's name
        db.execute(asked, said)
    except DBAPIError as error:
        cause = error.orig
        if isinstance(cause, psycopg.errors.LockNotAvailable):
            raise UserError("erasing.error.busy") from None
        if not isinstance(cause, psycopg.Error) or cause.sqlstate != _REFUSED:
            raise
        detail = json.loads(cause.diag.message_detail or "{}")
        key = f"erasing.error.{cause.diag.message_primary}"
        raise UserError(key, person=erasing.person_no, **detail) from None


def _all_erasings(db: Connection, listed: dict[str, Erasing]) -> list[Erasing]:
    found = {
        number: Erasing(number, at.astimezone(UTC), basis, synthetic)
        for number, at, basis, synthetic in db.execute(text(_KNOWN))
    }
    return list((found | {number: each for number, each in listed.items() if number not in found}).values())
