"""Rows picked by a text in their name: the same on the screen and in the file."""

from __future__ import annotations


def is_named(name: str, wanted: str | None) -> bool:
    """Whether a text stands in a name.

    Parameters
    ----------
    name
        Of a unit or subject.
    wanted
        As somebody typed it; None or blank: any name.

    Returns
    -------
    named
        Whatever the letters' case.
    """
    return (wanted or "").strip().casefold() in name.casefold()
