"""The demonstration's accounts: one per post, each with a random password, told once and kept for the owner alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from dashboard.auth import password
from geodata.accounts import account_admin, sign_in_attempts
from geodata.database.scope import write_transaction
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import Role

FILE = "accounts.txt"

LOGINS = {
    Role.DISTRICT_LEADER: "leader",
    Role.SECTION_HEAD: "section",
    Role.STATION_HEAD: "station",
    Role.SUPERVISOR: "supervisor",
    Role.ASSISTANT: "assistant",
    Role.DATA_STEWARD: "steward",
    Role.ADMINISTRATOR: "admin",
}

_SOMEBODY = """
SELECT p.person_no, n.name, coalesce(u.name, p.unit_code) AS unit_name FROM grid.post AS p
JOIN grid.person AS n USING (person_no)
LEFT JOIN grid.unit_on(grid.today()) AS u ON u.code = p.unit_code
WHERE p.role = :role AND p.acting_for IS NULL AND p.valid @> grid.today()
      AND NOT EXISTS (SELECT FROM grid.account AS a WHERE a.person_no = p.person_no)
      AND (SELECT count(*) FROM grid.post AS o WHERE o.person_no = p.person_no AND o.unit_code IS NOT NULL
           AND o.valid @> grid.today()) = 1
ORDER BY (SELECT count(*) FROM grid.unit_version AS v JOIN grid.subject AS s ON s.village_code = v.code
          WHERE p.unit_code IN (v.code, v.parent_code)) DESC, p.unit_code, p.person_no LIMIT 1
"""
"""Of all who hold a post and no other, the one with most subjects to look after."""


@dataclass(frozen=True)
class FirstAccount:
    """An account just made; its password is known here and nowhere else."""

    login: str
    password: str
    role: Role
    name: str
    unit_name: str

    def account_line(self, lang: Lang) -> str:
        """The account as a line of a list.

        Parameters
        ----------
        lang
            The language of the role's label.

        Returns
        -------
        line
            Login, password, role, unit and person; the first two in columns.
        """
        return f"{self.login:<12}{self.password:<22}{label_of(self.role, lang)} · {self.unit_name} · {self.name}"


def first_accounts(engine: Engine, home: Path, lang: Lang) -> list[FirstAccount]:
    """One account per post of a synthetic district that has none.

    Parameters
    ----------
    engine
        The owner's.
    home
        The folder in whose ``accounts.txt`` the list is kept too, for its owner alone (mode 0600).
    lang
        The language of that list.

    Returns
    -------
    accounts
        Empty where there are accounts already, or any batch of real data.

    Raises
    ------
    OSError
        The list cannot be written; no account is made then.
    """
    with write_transaction(engine) as db:
        if sign_in_attempts.has_accounts(db) or not _is_synthetic(db):
            return []
        made = [account for role, login in LOGINS.items() if (account := _make(db, role, login))]
        _keep(home, made, lang)  # first: nobody could sign in with a password that was never told
    return made


def told_first(engine: Engine, home: Path, lang: Lang) -> list[str]:
    """Make the first accounts and give the lines that tell of them.

    Parameters
    ----------
    engine
        The owner's.
    home
        The folder in which the list is kept too.
    lang
        The language of the lines.

    Returns
    -------
    lines
        With the passwords; empty when no account was made.

    Raises
    ------
    OSError
        The list cannot be written; no account is made then.
    """
    made = first_accounts(engine, home, lang)
    return (
        [translate("ui.serve.accounts", lang, file=home / FILE), *(f"  {each.account_line(lang)}" for each in made)]
        if made
        else []
    )


def _make(db: Connection, role: Role, login: str) -> FirstAccount | None:
    somebody = db.execute(text(_SOMEBODY), {"role": role.value}).one_or_none()
    if somebody is None:
        return None
    chosen = password.new_password()
    account_admin.add_account(db, login, somebody.person_no, password.hash_password(chosen, login))
    return FirstAccount(login, chosen, role, somebody.name, somebody.unit_name)


def _is_synthetic(db: Connection) -> bool:
    every = "SELECT coalesce(bool_and(synthetic), false) FROM grid.load_batch"
    return bool(db.execute(text(every)).scalar_one())


def _keep(home: Path, made: list[FirstAccount], lang: Lang) -> None:
    home.mkdir(parents=True, exist_ok=True)
    file = home / FILE
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{account.account_line(lang)}\n" for account in made), encoding="utf-8")
