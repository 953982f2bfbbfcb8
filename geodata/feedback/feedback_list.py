"""The feedback somebody may see: the own, and everybody's for whoever answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Message:
    """One message of a login's; all of the answer is None until there is one."""

    number: int
    login: str
    asked_at: datetime
    page_address: str | None
    message: str
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None


_LISTED = """
SELECT f.id AS number, f.login, f.asked_at, f.page_address, f.message, f.answer, f.answered_by, f.answered_at
FROM grid.feedback AS f
ORDER BY f.answered_at IS NOT NULL, CASE WHEN f.answered_at IS NULL THEN f.id END, f.id DESC
LIMIT :most OFFSET :offset
"""


def list_feedback(db: Connection, most: int | None = None, offset: int = 0) -> list[Message]:
    """One's own messages, and everybody's for whoever answers.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    most
        How many to give at most; None: all.
    offset
        How many of the first to leave out before.

    Returns
    -------
    messages
        Open ones first, the longest waiting before the others; then those answered, by number, descending.
    """
    return [Message(**row) for row in db.execute(text(_LISTED), {"most": most, "offset": offset}).mappings()]


def count_feedback(db: Connection) -> int:
    """How many messages ``list_feedback`` gives without a limit.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    count
        0 when there are none.
    """
    return int(db.execute(text("SELECT count(*) FROM grid.feedback")).scalar_one())


def count_unanswered(db: Connection) -> int:
    """How many messages wait for an answer.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    count
        Of those ``list_feedback`` gives.
    """
    return int(db.execute(text("SELECT count(*) FROM grid.feedback WHERE answered_at IS NULL")).scalar_one())
