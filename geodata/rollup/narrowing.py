"""What a question is narrowed to: every number, list and file asked in one transaction follows, each in its own SQL."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, text

from geodata.vocabulary import PAUSED_STATUSES, Risk, Sector, SubjectKind, SubjectStatus

NARROWED = "((SELECT grid.narrowing()) IS NULL OR {column} IS NULL OR {column} IN (SELECT grid.narrowed_on(:as_of)))"
"""SQL condition on a column of subjects' numbers; rows of no subject, as grids are counted, stay."""
LISTED = (SubjectStatus.ACTIVE, *sorted(PAUSED_STATUSES))
"""The states of subjects on the roster; those that have ended are in no number of it."""
WORDS = {"kind": SubjectKind, "sector": Sector, "risk": Risk, "status": SubjectStatus}
"""Fields that say a word of a vocabulary; a product and a person are whatever the data name."""

OUTLINE = r"-?\d{1,3}(\.\d{1,7})?,-?\d{1,2}(\.\d{1,7})?(;-?\d{1,3}(\.\d{1,7})?,-?\d{1,2}(\.\d{1,7})?){2,99}"
"""An outline: 3 to 100 corners, longitude and latitude in degrees of EPSG:4490, ``lon,lat;…``, not closed."""

OWN = "me"
"""The person who is whoever is looking."""


@dataclass(frozen=True)
class Narrowing:
    """Subjects of a kind, a sector, a product, a risk, a state, a person's, within an outline; None is not asked.

    Attributes
    ----------
    kind, sector, risk, status
        Words of ``WORDS``; risk and status are those of the day asked about.
    product
        As the roster names it, whole.
    person
        Number of a person with a post of the day, of the subject's own or of a unit it lies in.
    inside
        An outline as ``OUTLINE`` says; subjects on its edge count, those without a place do not.
    """

    kind: str | None = None
    sector: str | None = None
    product: str | None = None
    risk: str | None = None
    status: str | None = None
    person: str | None = None
    inside: str | None = None

    @property
    def said(self) -> dict[str, str]:
        """Field → value of those that are asked."""
        return {name: value for name, value in asdict(self).items() if value}

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.said)


NOTHING = Narrowing()


def narrow_to(db: Connection, narrowing: Narrowing) -> None:
    """Narrow what is asked in this transaction from here on; it ends with the transaction.

    Parameters
    ----------
    db
        A connection in its transaction.
    narrowing
        What to; nothing leaves the transaction as it began.
    """
    if not narrowing:
        return
    said = json.dumps(narrowing.said, ensure_ascii=False)
    db.execute(text("SELECT set_config('grid.narrowed', :said, true)"), {"said": said})


def is_narrowed_sql(column: str) -> str:
    """SQL condition that a row belongs to what the transaction is narrowed to.

    Parameters
    ----------
    column
        The column with the subject's number, as the statement names it; never a text of the data.

    Returns
    -------
    sql
        Over the parameter ``:as_of``; true for every row where nothing is asked, and for rows of no subject.
    """
    return NARROWED.format(column=column)
