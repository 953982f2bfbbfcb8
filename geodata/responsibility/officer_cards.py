"""The enforcement cards of a person: what an administrative check may be made with (国办发〔2024〕54号)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Card:
    """One card; both days inclusive, as printed on it. ``may_check``: its body is one that may check enterprises."""

    card_no: str
    body: str
    issued_on: date
    expires_on: date
    may_check: bool

    def is_valid(self, day: date) -> bool:
        """Whether a check may be made with it.

        Parameters
        ----------
        day
            The day of the check; the card's first and last day are days of it.

        Returns
        -------
        valid
            False for a card of a body that may not check enterprises, whatever the day.
        """
        return self.may_check and self.issued_on <= day <= self.expires_on


def list_cards(db: Connection, person_no: str, as_of: date) -> list[Card]:
    """The newest card of each number of a person.

    Parameters
    ----------
    db
        Connection with the scope of who asks; cards of people outside the own area are not there.
    person_no
        Number of the person.
    as_of
        The day, inclusive: cards issued later are not told, and the rule ``check_bodies`` is that of the day.

    Returns
    -------
    cards
        Ordered by number; empty for who has none.
    """
    asked = (
        "SELECT DISTINCT ON (card_no) card_no, body, issued_on, expires_on, grid.body_may_check(body, :as_of)"
        " FROM grid.enforcement_card WHERE person_no = :person AND issued_on <= :as_of"
        " ORDER BY card_no, issued_on DESC"
    )
    return [Card(*row) for row in db.execute(text(asked), {"person": person_no, "as_of": as_of})]
