"""Accounts: listing, making, locking and resetting them.

What an account opens is computed by the database from its person's posts of the day (DECISIONS 11); nothing here adds
to it. The owner may do all of it; at the door (``grid_door``) a function each asks for an administrator's scope, or for
the own account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geodata.errors import NotFound, UserError


@dataclass(frozen=True)
class AccountLine:
    """One account in a list; ``roles`` are ``role@unit`` of today's posts, empty when access has ended."""

    login: str
    person_no: str
    name: str
    disabled: bool
    password: bool
    oidc: bool
    roles: tuple[str, ...]
    created_at: datetime


_LIST = """
SELECT a.login, a.person_no, n.name, a.disabled, a.password_hash IS NOT NULL AS password,
       a.oidc_subject IS NOT NULL AS oidc, a.created_at,
       coalesce(array_agg(p.role || '@' || p.unit_code ORDER BY p.role, p.unit_code)
                FILTER (WHERE p.role IS NOT NULL), '{}') AS roles
FROM grid.account AS a JOIN grid.person AS n USING (person_no)
LEFT JOIN grid.post AS p ON p.person_no = a.person_no AND p.unit_code IS NOT NULL
     AND p.valid @> grid.today()
GROUP BY a.login, n.name ORDER BY a.login
"""


def list_accounts(db: Connection) -> list[AccountLine]:
    """Every account; needs the owner: pages ask ``grid.who_sees_what`` instead.

    Parameters
    ----------
    db
        A transaction of the owner's.

    Returns
    -------
    list[AccountLine]
        One line per account, by login.
    """
    rows = db.execute(text(_LIST)).mappings()
    return [AccountLine(**dict(row) | {"roles": tuple(row["roles"])}) for row in rows]


def add_account(
    db: Connection, login: str, person_no: str, password_hash: str | None = None, oidc_subject: str | None = None
) -> None:
    """Make an account.

    Parameters
    ----------
    db
        A transaction of the owner's, or of the door with an administrator's scope.
    login
        Lower case letters, digits, dot, dash and underscore; unique.
    person_no
        Whose it is; at most one account a person.
    password_hash
        Argon2; None for an account that another provider signs in.
    oidc_subject
        The person's name at that provider; unique.

    Raises
    ------
    UserError
        In one sentence: the login is taken or unreadable, the person unknown or has one already, the subject is tied;
        or the account is not the caller's to make.
    """
    values = {"login": login, "person_no": person_no, "hash": password_hash, "subject": oidc_subject}
    statement = "SELECT grid.add_account(:login, :person_no, :hash, :subject)"
    try:
        with db.begin_nested():
            made = db.execute(text(statement), values).scalar_one()
    except IntegrityError as refused:
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", None) or ""
        raise UserError(_WHY_NOT.get(name, "account.error.refused"), login=login, person=person_no) from None
    if not made:
        raise UserError("account.error.refused", login=login, person=person_no)


_WHY_NOT = {
    "pk_account": "account.error.taken",
    "uq_account_person_no": "account.error.person_has_one",
    "fk_account_person_no": "account.error.no_person",
    "person_erased": "erasing.error.gone",
    "ck_account_login_plain": "account.error.login",
    "uq_account_oidc_subject": "account.error.subject_taken",
}


def set_password(db: Connection, login: str, password_hash: str) -> None:
    """Give an account a new password; every session of it ends.

    Parameters
    ----------
    db
        A transaction of the owner's, or of the door with an administrator's scope.
    login
        The account.
    password_hash
        Argon2.

    Raises
    ------
    NotFound
        There is no such account in the scope.
    """
    _change(db, login, "SELECT grid.set_password(:login, :value)", password_hash)


def set_disabled(db: Connection, login: str, disabled: bool) -> None:
    """Lock an account (every session of it ends) or open it again.

    Parameters
    ----------
    db
        A transaction of the owner's, or of the door with an administrator's scope.
    login
        The account.
    disabled
        True locks, False opens.

    Raises
    ------
    NotFound
        There is no such account in the scope.
    """
    _change(db, login, "SELECT grid.set_disabled(:login, :value)", disabled)


def _change(db: Connection, login: str, change: str, value: object) -> None:
    if not db.execute(text(change), {"login": login, "value": value}).scalar_one():
        raise NotFound("account.error.unknown", login=login)


def set_own_password(db: Connection, password_hash: str) -> None:
    """Change the password of the scope's own account; every session of it ends, the present one too.

    Parameters
    ----------
    db
        A transaction of the door with the scope of the account.
    password_hash
        Argon2.
    """
    db.execute(text("SELECT grid.set_own_password(:hash)"), {"hash": password_hash})
