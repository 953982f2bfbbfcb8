"""Personal tokens: making, listing and ending the own ones, and whose one is that somebody sends.

The secret itself is known to its owner alone and comes no further than ``token_secret``; the database judges reach and
last day again, whatever is asked here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geodata.accounts.token_secret import find_secrets, hash_secret, new_secret
from geodata.errors import Forbidden, NotFound, UserError
from geodata.levels import Level
from geodata.vocabulary import TokenEnd

LONGEST_NAME = 60
MOST_DAYS = 366
"""Whatever the dated rule ``token_days`` says, no token holds longer."""


@dataclass(frozen=True)
class PersonalToken:
    """One of the own tokens; ``unit_name`` None: it reads whatever its owner sees. ``expires_on`` is its last day."""

    id: int
    name: str
    unit_name: str | None
    made_at: datetime
    expires_on: date
    last_used_at: datetime | None
    end_reason: TokenEnd | None


@dataclass(frozen=True)
class OwnUnit:
    """A unit that a token may be narrowed to."""

    code: str
    name: str
    level: Level


def most_days(db: Connection) -> int:
    """How many days a token made today may hold at most (rule ``token_days``).

    Parameters
    ----------
    db
        Connection; rules are open to every role.

    Returns
    -------
    days
        At most ``MOST_DAYS``.
    """
    return min(int(db.execute(text("SELECT grid.number_of('token_days', '')")).scalar_one()), MOST_DAYS)


def own_units(db: Connection, as_of: date) -> list[OwnUnit]:
    """The units of the own area, for choosing how far a token reaches.

    Parameters
    ----------
    db
        A transaction with the scope of whoever chooses.
    as_of
        Units in force on this day.

    Returns
    -------
    units
        Higher levels first, each in the order of codes.
    """
    asked = (
        "SELECT v.code, v.name, u.level FROM grid.unit_on(:as_of) AS v JOIN grid.unit AS u USING (code)"
        " JOIN grid.level AS l ON l.key = u.level"
        " WHERE v.code = ANY ((SELECT grid.my_area())::text[])"
        " ORDER BY l.rank_no, v.code"
    )
    return [OwnUnit(row.code, row.name, Level(row.level)) for row in db.execute(text(asked), {"as_of": as_of})]


_OWN = """
SELECT t.id, t.name, coalesce(v.name, t.unit_code) AS unit_name, t.made_at, t.expires_on, t.last_used_at, t.end_reason
FROM grid.token AS t LEFT JOIN grid.unit_on(grid.today()) AS v ON v.code = t.unit_code
WHERE t.login = grid.signed_in() ORDER BY t.end_reason IS NOT NULL, t.made_at DESC, t.id DESC
"""


def list_tokens(db: Connection) -> list[PersonalToken]:
    """The tokens of the scope's account, also those that have ended.

    Parameters
    ----------
    db
        A transaction with the scope of their owner.

    Returns
    -------
    tokens
        Those that were not ended first, the newest before the older.
    """
    rows = db.execute(text(_OWN)).mappings()
    return [
        PersonalToken(**dict(row) | {"end_reason": TokenEnd(row["end_reason"]) if row["end_reason"] else None})
        for row in rows
    ]


def make_token(db: Connection, name: str, unit_code: str | None, days: int, made_on: date) -> str:
    """Make a token for the scope's account.

    Parameters
    ----------
    db
        A transaction of the door with the scope of the owner.
    name
        What its owner calls it; 1 to 60 signs, no other living token of the account has it.
    unit_code
        Its reach, a unit of the own area; None: whatever the owner sees on the day it is used.
    days
        How many days it holds, the day it is made not counted; from 1 to what the rule ``token_days`` says.
    made_on
        Today.

    Returns
    -------
    secret
        The token; it is told here and nowhere else.

    Raises
    ------
    UserError
        The name is blank, too long, a token itself or taken; the days are too few or too many.
    Forbidden
        The reach is no part of the own area, or the account opens nothing.
    """
    called = " ".join(name.split())
    if not 1 <= len(called) <= LONGEST_NAME or find_secrets(called):
        raise UserError("token.error.name", longest=LONGEST_NAME)
    most = most_days(db)
    if not 1 <= days <= most:
        raise UserError("token.error.days", most=most)
    secret = new_secret()
    values = {
        "name": called,
        "hash": hash_secret(secret),
        "unit": unit_code,
        "last": made_on + timedelta(days=days),
    }
    asked = "SELECT grid.make_token(:name, :hash, :unit, :last)"
    try:
        with db.begin_nested():
            made = db.execute(text(asked), values).scalar_one()
    except IntegrityError as refused:
        name_taken = getattr(getattr(refused.orig, "diag", None), "constraint_name", "") == "uq_token_login_name"
        raise UserError("token.error.taken" if name_taken else "token.error.refused", name=called) from None
    if not made:
        raise Forbidden("token.error.reach")
    return secret


def revoke_token(db: Connection, token_id: int) -> None:
    """End a token at once and for good.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of its owner or an administrator.
    token_id
        Its number.

    Raises
    ------
    NotFound
        There is no such living token in the scope.
    """
    ended = "UPDATE grid.token SET revoked_at = now(), end_reason = 'revoked' WHERE id = :id AND revoked_at IS NULL"
    if not db.execute(text(ended), {"id": token_id}).rowcount:
        raise NotFound("token.error.unknown")


def try_token(db: Connection, secret: str) -> tuple[str, int | None, str | None]:
    """Whose token it is that somebody sends; that it was used, or why it was refused, is noted.

    Parameters
    ----------
    db
        A transaction that may write; refused tries are counted by its scope's address.
    secret
        As it was sent; any text.

    Returns
    -------
    state
        ``open``; or why not: ``unknown``, ``expired``, ``revoked``, ``closed`` (its owner sees nothing there any more),
        ``busy`` (too many refused from the address).
    token_id
        Its number; None unless open.
    login
        Its owner; None unless open.
    """
    asked = text("SELECT state, token_id, login FROM grid.token_login(:hash)")
    row = db.execute(asked, {"hash": hash_secret(secret)}).one()
    return row.state, row.token_id, row.login


def burn_tokens(db: Connection, secrets: Collection[str]) -> None:
    """End tokens that stood where others could write them down.

    Parameters
    ----------
    db
        A transaction that may write; needs no scope.
    secrets
        The tokens; nothing happens for one that is none or has ended.
    """
    db.execute(text("SELECT grid.burn_tokens(:hashes)"), {"hashes": [hash_secret(each) for each in secrets]})
