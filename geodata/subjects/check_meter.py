"""How often a subject was checked this year, against the cap on administrative checks (国办发〔2024〕54号)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class CheckMeter:
    """Administrative checks of one subject from 1 January of ``year`` up to a day, inclusive.

    Attributes
    ----------
    checks : those that took place; ``caused`` of them had a lead, a complaint or a transfer behind them.
    planned_past : planned ones that came after the cap of their own day was reached.
    cap : how many the rule of the day allows in the year; None where no cap was in force.
    """

    year: int
    checks: int
    caused: int
    planned_past: int
    cap: int | None

    @property
    def is_reached(self) -> bool:
        """Whether nothing more may be planned this year."""
        return self.cap is not None and self.checks >= self.cap


def count_checks(db: Connection, subject_id: str, as_of: date) -> CheckMeter:
    """Read the meter of a subject; rule ``checks_a_year``, counted by ``grid.check_meter_on`` alone.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    subject_id
        Number of the subject.
    as_of
        The day, inclusive; its calendar year and its rule.

    Returns
    -------
    meter
        With zeros for a subject that was not checked.
    """
    asked = (
        "SELECT coalesce(m.checks, 0), coalesce(m.caused, 0), coalesce(m.planned_past, 0), grid.check_cap_on(:as_of)"
        " FROM (SELECT) AS one LEFT JOIN grid.check_meter_on(:as_of) AS m ON m.subject_id = :id"
    )
    return CheckMeter(as_of.year, *db.execute(text(asked), {"as_of": as_of, "id": subject_id}).one())
