"""What the management pages look at: accounts with what they open, people who have none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

_WITHOUT = """
SELECT n.person_no, n.name, string_agg(DISTINCT coalesce(u.name, p.unit_code), ' ') AS posts
FROM grid.person AS n JOIN grid.post AS p USING (person_no)
LEFT JOIN grid.unit_on(grid.today()) AS u ON u.code = p.unit_code
WHERE p.unit_code IS NOT NULL AND p.valid @> grid.today()
  AND NOT EXISTS (SELECT FROM grid.account AS a WHERE a.person_no = n.person_no)
GROUP BY n.person_no, n.name ORDER BY n.name
"""


def account_lines(db: Connection) -> dict[str, list[Any]]:
    """Every account by login with a row per post (``grid.who_sees_what``), those in force first; {} for others.

    Parameters
    ----------
    db
        A transaction with the visitor's scope.

    Returns
    -------
    accounts
        Login → rows of ``grid.who_sees_what``, one per post, those in force first; {} without the right to see them.
    """
    found: dict[str, list[Any]] = {}
    for row in db.execute(text("SELECT * FROM grid.who_sees_what()")):
        found.setdefault(row.login, []).append(row)
    return found


def people_without_account(db: Connection) -> list[Any]:
    """People who hold a unit's post today and have no account: ``person_no name posts``.

    Parameters
    ----------
    db
        A transaction with the visitor's scope.

    Returns
    -------
    people
        Rows ``person_no name posts`` (names of their units, parted by blanks), by name.
    """
    return list(db.execute(text(_WITHOUT)))


def units_and_people(db: Connection) -> tuple[list[Any], list[Any]]:
    """Units in force today (``code name``), and everybody who holds or held a unit's post (``person_no name``).

    Parameters
    ----------
    db
        A transaction with the visitor's scope.

    Returns
    -------
    units, people
        Rows ``code name`` by code, of every level; rows ``person_no name`` by name.
    """
    units = db.execute(text("SELECT code, name FROM grid.unit_on(grid.today()) ORDER BY code")).all()
    people = db.execute(
        text(
            "SELECT person_no, name FROM grid.person AS n WHERE EXISTS (SELECT FROM grid.post AS p"
            " WHERE p.person_no = n.person_no AND p.unit_code IS NOT NULL) ORDER BY name"
        )
    ).all()
    return list(units), list(people)
