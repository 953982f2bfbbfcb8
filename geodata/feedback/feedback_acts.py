"""Writing feedback and answering it; the database judges who may."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.errors import NotFound, UserError
from geodata.signs.page_address import is_own_page

LONGEST = 2000
"""Signs of a message, and of an answer."""


def ask_feedback(db: Connection, message: str, page_address: str | None = None) -> int:
    """Write a message about a page.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who asks.
    message
        1 to ``LONGEST`` signs; blanks around it are taken off.
    page_address
        Path and question of the page it is about; one that is none, or is too long, is left out.

    Returns
    -------
    number
        Of the message.

    Raises
    ------
    UserError
        Nothing is said, or too much.
    """
    about = page_address if page_address and is_own_page(page_address, LONGEST) else None
    asked = text("SELECT grid.ask_feedback(:said, :about)")
    return int(db.execute(asked, {"said": _said(message), "about": about}).scalar_one())


def answer_feedback(db: Connection, number: int, answer: str) -> None:
    """Answer a message, or say another answer than before; the former one is in the audit trail.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who answers.
    number
        Of the message.
    answer
        1 to ``LONGEST`` signs; blanks around it are taken off.

    Raises
    ------
    UserError
        Nothing is said, or too much.
    NotFound
        There is no such message.
    """
    asked = text("SELECT grid.answer_feedback(:number, :said)")
    if not db.execute(asked, {"number": number, "said": _said(answer)}).scalar_one():
        raise NotFound("feedback.error.not_there", number=number)


def _said(words: str) -> str:
    """The words as they are kept: a browser ends lines by two signs and counts one."""
    said = words.replace("\r\n", "\n").strip()
    if not 1 <= len(said) <= LONGEST:
        raise UserError("feedback.error.length", longest=LONGEST, length=len(said))
    return said
