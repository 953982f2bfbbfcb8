"""What no spreadsheet may take for a formula (OWASP, "CSV injection"): the one guard, and how it comes off again."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import category, normalize

from geodata.signs.refused_signs import show_refused

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Blanks of scripts that count as letters, marks or symbols."""
_FORMULA = frozenset("=+-@\u2212")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")


def is_unseen(sign: str) -> bool:
    """Whether nothing is seen of a sign by itself: blanks, line ends, joiners, marks without a letter.

    Parameters
    ----------
    sign
        One character.

    Returns
    -------
    unseen
        False for characters of private fonts.
    """
    return category(sign) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"} or sign in _UNSEEN


def begins_formula(text: str) -> bool:
    """Whether the first sign that is seen begins a formula in some spreadsheet, in any of its widths.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    begins
        True for ``=``, ``+``, ``-``, ``@`` and what is one of them in another width, height or place.
    """
    return _is_of_formula(next((sign for sign in text if not is_unseen(sign)), ""))


def _is_of_formula(seen: str) -> bool:
    return seen != "" and not seen.isalnum() and not _FORMULA.isdisjoint(normalize("NFKC", seen)[:1])


def _begins_quoted(text: str) -> bool:
    """Whether it begins a formula, with or without apostrophes before it."""
    return _is_of_formula(next((sign for sign in text if sign != "'" and not is_unseen(sign)), ""))


def harmless_cell(value: Any) -> Any:
    """Give a cell of a file of mere text, in which whatever begins a formula is one.

    Parameters
    ----------
    value
        A cell of a list. Whatever is no text stays as it is, and so does a text that is a number (``-0.5``).

    Returns
    -------
    cell
        A text whose first sign that can be seen begins a formula has an apostrophe before it, and so has one that has
        such an apostrophe of its own; blanks, line feeds and invisible characters before the sign hide nothing. Signs
        no text may hold are shown as their escapes. ``bare_cell`` takes the apostrophe off again.
    """
    if not isinstance(value, str):
        return value
    plain = show_refused(value)
    runs = _begins_quoted(plain) and not _NUMBER.fullmatch(plain)
    return f"'{plain}" if runs else plain


def text_cell(text: str) -> str:
    """Give a text of a file that knows texts from formulas as a file of mere text would say it.

    Parameters
    ----------
    text
        What the file holds as text, whatever it begins with.

    Returns
    -------
    cell
        With an apostrophe where reading would refuse it as a formula, or take off one of its own.
    """
    said = text.lstrip()
    return f"'{text}" if said[:1] in ("=", "'") and _begins_quoted(said) else text


def bare_cell(text: str) -> str:
    """Take off what ``harmless_cell`` or ``text_cell`` has put before a text.

    Parameters
    ----------
    text
        A cell, without blanks around it.

    Returns
    -------
    text
        Without the first apostrophe, where that stands before what begins a formula.
    """
    return text[1:].lstrip() if text.startswith("'") and _begins_quoted(text) else text
