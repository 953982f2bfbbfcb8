"""Private mobiles of who answers for a place today: asked for first, which is noted, then read (PIPL art 6 and 25)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.errors import NotFound


def ask_for_mobiles(db: Connection, kind: str, place: str) -> int:
    """Note in the audit trail that the scope's account wants the mobiles of a place.

    Parameters
    ----------
    db
        A transaction that may write; the numbers are given once it is committed.
    kind
        ``unit`` or ``subject``.
    place
        Code of the unit or number of the subject.

    Returns
    -------
    asking
        The number of the asking.

    Raises
    ------
    NotFound
        There is no such place, or its mobiles are not open to the account.
    """
    named = {"kind": kind, "place": place}
    asking: int | None = db.execute(text("SELECT grid.ask_for_mobiles(:kind, :place)"), named).scalar_one()
    if asking is None:
        raise NotFound("error.no_mobiles")
    return asking


def read_mobiles(db: Connection, asking: int) -> dict[str, str]:
    """The mobiles that were asked for.

    Parameters
    ----------
    db
        A later transaction than the one that asked, of the same account, within two minutes.
    asking
        As ``ask_for_mobiles`` gave it.

    Returns
    -------
    mobiles
        By number of the person: who holds a post today from the place up to the top and whose number is open to the
        account; empty for an asking that is not committed, of somebody else or too old.
    """
    asked = text("SELECT person_no, private_mobile FROM grid.mobiles_asked_for(:asking)")
    return {row.person_no: row.private_mobile for row in db.execute(asked, {"asking": asking})}
