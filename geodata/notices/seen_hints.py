"""First-visit hints that somebody has closed for good."""

from __future__ import annotations

from sqlalchemy import Connection, text


def closed_hints(db: Connection) -> frozenset[str]:
    """The hints that whoever asks has closed.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    keys
        Of the hints; also of such as no page shows any more.
    """
    return frozenset(db.execute(text("SELECT hint_key FROM grid.seen_hint")).scalars())


def close_hint(db: Connection, hint_key: str) -> None:
    """Close a hint for good; closed twice is closed.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who closes it.
    hint_key
        One that a page has.
    """
    db.execute(text("SELECT grid.close_hint(:hint)"), {"hint": hint_key})
