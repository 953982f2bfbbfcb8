"""Accounts: whoever is signed in and what that opens today; trying to sign in; making, locking and resetting them.

What an account opens is computed by the database from its person's posts of the day (DECISIONS 11); nothing here
adds to it. The first part speaks for the transaction's scope, the second needs the owner or an administrator's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geodata.errors import Forbidden, NotFound, UserError
from geodata.permissions import Permission, may
from geodata.vocabulary import Level, Role


@dataclass(frozen=True)
class OpenPost:
    """A post held today; ``to_on`` is its last day (None: no end known)."""

    role: Role
    unit_code: str
    unit_name: str | None
    unit_level: Level
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class Visitor:
    """Whoever is signed in, as of today.

    Attributes
    ----------
    home : codes of the own units, none of them inside another; empty for those who see everything.
    above : codes of the units over them: their names and posts are seen, their numbers are not.
    """

    login: str
    person_no: str
    name: str
    epoch: int
    posts: tuple[OpenPost, ...]
    sees_all: bool
    home: tuple[str, ...]
    above: frozenset[str]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held today."""
        return frozenset(post.role for post in self.posts)

    @property
    def admitted(self) -> bool:
        """Whether any place is open to this account today; a tester of a laboratory, for one, has none."""
        return self.sees_all or bool(self.home)

    @property
    def first_level(self) -> Level:
        """The highest level whose units the visitor can compare: those below the own unit."""
        own = [post.unit_level for post in self.posts if post.unit_code in self.home]
        order = list(Level)
        return Level.TOWN if self.sees_all or not own else min(own, key=order.index).child or Level.SUBJECT

    @property
    def area(self) -> str:
        """The names of the units of today's posts."""
        return " / ".join(dict.fromkeys(post.unit_name or post.unit_code for post in self.posts))

    @property
    def row_scope_key(self) -> str:
        """Equal for visitors to whom the database gives equal answers; answers are remembered under it."""
        area = "all" if self.sees_all else ",".join(self.home) + "<" + ",".join(sorted(self.above))
        mobiles = sorted(
            {f"{post.role}@{post.unit_code}" for post in self.posts if may({post.role}, Permission.SEE_MOBILES)}
        )
        return "+".join([area, *mobiles])

    def place(self, unit: str | None) -> str | None:
        """The unit meant by ``unit``: the own one for None or for a unit above it; None means everything seen.

        So a link of the district leader's opens the same view of the own area.
        """
        if self.sees_all or (unit is not None and unit not in self.above):
            return unit
        return self.home[0] if len(self.home) == 1 else None

    def must_see(self, level: Level) -> None:
        """Forbidden when numbers of ``level`` would be sums over more than this visitor sees."""
        if level is Level.DISTRICT and not self.sees_all:
            raise Forbidden("error.not_yours", area=self.area)


def find_visitor(db: Connection) -> Visitor | None:
    """The account of the transaction's scope; None for an unknown or disabled one and for nobody."""
    row = db.execute(text("SELECT * FROM grid.visitor()")).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    values["posts"] = tuple(_post(post) for post in values["posts"])
    return Visitor(**values | {"home": tuple(values["home"]), "above": frozenset(values["above"])})


def _post(said: dict[str, Any]) -> OpenPost:
    last = said["to_on"]
    return OpenPost(
        role=Role(said["role"]),
        unit_code=said["unit_code"],
        unit_name=said["unit_name"],
        unit_level=Level(said["unit_level"]),
        from_on=date.fromisoformat(said["from_on"]),
        to_on=None if last is None else date.fromisoformat(last),
    )


def sign_in_try(db: Connection, login: str) -> tuple[str, str | None]:
    """Note a try; ``("ask", hash or None)``, or ``"locked"`` / ``"busy"`` after too many (rules ``sign_in_tries``)."""
    row = db.execute(text("SELECT state, password_hash FROM grid.sign_in_try(:login)"), {"login": login}).one()
    return row.state, row.password_hash


def sign_in_ended(db: Connection, login: str, action: str, how: str) -> None:
    """Note how a try ended: ``signed_in`` or ``sign_in_failed``; or that a session was ended: ``signed_out``."""
    named = {"login": login, "action": action, "how": how}
    db.execute(text("SELECT grid.sign_in_ended(:login, :action, :how)"), named)


def login_of_subject(db: Connection, subject: str) -> str | None:
    """The login tied to another provider's subject; None when there is none or it is disabled."""
    found: str | None = db.execute(text("SELECT grid.login_of_subject(:subject)"), {"subject": subject}).scalar_one()
    return found


def note_audit(db: Connection, action: str, about: str | None = None, detail: str | None = None) -> None:
    """A line in the audit trail; ``detail`` is JSON."""
    named = {"action": action, "about": about, "detail": detail}
    db.execute(text("SELECT grid.note(:action, :about, CAST(:detail AS jsonb))"), named)


def has_accounts(db: Connection) -> bool:
    """Whether anybody can sign in at all."""
    return bool(db.execute(text("SELECT grid.has_accounts()")).scalar_one())


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
    """Every account, by login; needs the owner: pages ask ``grid.who_sees_what`` instead."""
    rows = db.execute(text(_LIST)).mappings()
    return [AccountLine(**dict(row) | {"roles": tuple(row["roles"])}) for row in rows]


def add(
    db: Connection, login: str, person_no: str, password_hash: str | None = None, oidc_subject: str | None = None
) -> None:
    """Make an account; UserError in one sentence when the login is taken, unreadable, or the person has one already."""
    values = {"login": login, "person_no": person_no, "hash": password_hash, "subject": oidc_subject}
    statement = (
        "INSERT INTO grid.account (login, person_no, password_hash, oidc_subject)"
        " VALUES (:login, :person_no, :hash, :subject)"
    )
    try:
        with db.begin_nested():
            db.execute(text(statement), values)
    except IntegrityError as refused:
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", None) or ""
        raise UserError(_WHY_NOT.get(name, "account.error.refused"), login=login, person=person_no) from None


_WHY_NOT = {
    "pk_account": "account.error.taken",
    "uq_account_person_no": "account.error.person_has_one",
    "fk_account_person_no": "account.error.no_person",
    "ck_account_login_plain": "account.error.login",
    "uq_account_oidc_subject": "account.error.subject_taken",
}


def set_password(db: Connection, login: str, password_hash: str) -> None:
    """Give an account a new password; every session of it ends. NotFound when there is no such account."""
    _change(db, login, "password_hash = :value", password_hash)


def set_disabled(db: Connection, login: str, disabled: bool) -> None:
    """Lock an account (every session of it ends) or open it again. NotFound when there is no such account."""
    _change(db, login, "disabled = :value", disabled)


def _change(db: Connection, login: str, change: str, value: object) -> None:
    done = db.execute(text(f"UPDATE grid.account SET {change} WHERE login = :login"), {"login": login, "value": value})
    if not done.rowcount:
        raise NotFound("account.error.unknown", login=login)


def set_own_password(db: Connection, password_hash: str) -> int:
    """Change the scope's own password; the new epoch, so that the session at hand can go on and the others end."""
    return int(db.execute(text("SELECT grid.set_own_password(:hash)"), {"hash": password_hash}).scalar_one())
