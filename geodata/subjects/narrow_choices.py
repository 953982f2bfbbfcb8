"""What the subjects of a unit can be narrowed to that the data name: their products, and who answers for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from geodata.indicator import of_villages
from geodata.territory.units import villages_of
from geodata.vocabulary import ROLE_TIER, Tier

_PRODUCTS = f"""
SELECT p.product, count(*) AS subjects
FROM grid.roster_on(:as_of) AS r JOIN grid.subject AS s USING (subject_id)
CROSS JOIN LATERAL grid.products_of(s.products) AS p
WHERE {of_villages("r.village_code")} GROUP BY p.product ORDER BY subjects DESC, p.product LIMIT :most
"""
_PEOPLE = f"""
SELECT q.person_no, q.name, array_agg(DISTINCT u.name) AS places
FROM grid.post_on(:as_of) AS p JOIN grid.person AS q USING (person_no)
JOIN grid.unit_on(:as_of) AS u ON u.code = p.unit_code
JOIN grid.level AS l ON l.key = u.level
WHERE p.unit_code IN (SELECT a.code FROM grid.ancestor_on(:as_of) AS a WHERE {of_villages("a.village")})
  AND p.role = ANY (:roles)
GROUP BY q.person_no, q.name ORDER BY min(l.rank_no), min(p.unit_code), q.name LIMIT :most
"""
_ROLES = [role.value for role, tier in ROLE_TIER.items() if tier in (Tier.SUPERVISING, Tier.ASSISTING)]
MOST = 500
"""Products and people offered; others are still found by their address."""


def list_products(db: Connection, as_of: date, within: str | None = None) -> dict[str, int]:
    """The products the roster names, the commonest first.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    within
        Code of the unit whose villages count; None: everywhere.

    Returns
    -------
    products
        Product → how many subjects of the roster name it; at most ``MOST``.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    given = {"as_of": as_of, "villages": villages_of(db, within, as_of), "most": MOST}
    return {row.product: row.subjects for row in db.execute(text(_PRODUCTS), given)}


def list_answering(db: Connection, as_of: date, within: str | None = None) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Who holds a post of the supervising or the assisting tier in a unit over or among these villages.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive.
    within
        Code of the unit whose villages count; None: everywhere.

    Returns
    -------
    people
        Number of the person → name, and the names of the units; from the higher units down, at most ``MOST``.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    given = {"as_of": as_of, "villages": villages_of(db, within, as_of), "most": MOST, "roles": _ROLES}
    return {row.person_no: (row.name, tuple(row.places)) for row in db.execute(text(_PEOPLE), given)}


def person_name(db: Connection, person_no: str) -> str:
    """What a person is called.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    person_no
        Number of the person.

    Returns
    -------
    name
        The number itself for whoever is not there or not to be seen.
    """
    found = text("SELECT name FROM grid.person WHERE person_no = :person")
    return str(db.execute(found, {"person": person_no}).scalar() or person_no)
