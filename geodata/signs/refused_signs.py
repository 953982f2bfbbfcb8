"""Which signs a text of people may hold, said once for cells of files, fields of forms and words of commands.

Whatever writes something stays, also what is rare, private to a font or seen by nobody (joiners, marks of direction).
Refused are signs that write nothing and change what a reader, a terminal or a file sees: control characters, halves of
characters, numbers that no character has, and what turns the direction of everything behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import category

from geodata.errors import UserError

_LINES = frozenset("\n\t\r")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _is_refused(sign: str) -> bool:
    kind = category(sign)
    if kind == "Cn":  # a character of a later edition of Unicode stays
        return ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return (kind == "Cc" and sign not in _LINES) or kind == "Cs" or sign in _TURNING


def refused_sign(text: str) -> str | None:
    """The first sign of a text that is refused at every door.

    Parameters
    ----------
    text
        Of a person or a file.

    Returns
    -------
    name
        As ``U+202E``; None: the text may come in. Line ends and tabs may.
    """
    if text.isprintable():
        return None
    return next((f"U+{ord(sign):04X}" for sign in text if _is_refused(sign)), None)


def refuse_unfit(texts: Iterable[str]) -> None:
    """Let no text through that holds a refused sign.

    Parameters
    ----------
    texts
        What somebody said.

    Raises
    ------
    UserError
        The first such sign is named.
    """
    for text in texts:
        if sign := refused_sign(text):
            raise UserError("error.refused_sign", sign=sign)


def show_refused(text: str, *, one_line: bool = False) -> str:
    r"""A text in which refused signs can be seen, for terminals and logs.

    Parameters
    ----------
    text
        Of anybody.
    one_line
        Whether line ends are shown too.

    Returns
    -------
    shown
        Each such sign as its escape (``\x1b``, ``\u202e``, ``\n``); everything else as it is.
    """
    if text.isprintable():
        return text
    ends = {"\n", "\r", "\u2028", "\u2029"} if one_line else set()
    return "".join(
        sign.encode("unicode_escape").decode() if sign in ends or _is_refused(sign) else sign for sign in text
    )
