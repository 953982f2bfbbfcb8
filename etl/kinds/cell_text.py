"""What a cell says before it is read as anything: cleaned, respelt, or a formula nobody has calculated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geodata.tables.spreadsheet_cell import bare_cell

_AROUND = "\ufeff\u200b\x00"
"""What programs leave around a text, and nobody sees: the mark of the file's encoding, a blank of no width, filling."""


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}


_FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


def is_uncalculated(raw: str) -> bool:
    """Whether a cell holds a formula instead of its result, or the error a formula ended in.

    Parameters
    ----------
    raw
        The cell as the file has it.

    Returns
    -------
    uncalculated
        False for ``="…"``, by which a CSV keeps a code from becoming a number.
    """
    kept = raw.strip()
    return (kept.startswith("=") and not _TEXT_FORMULA.fullmatch(kept)) or kept in _FORMULA_ERRORS


# how a CSV keeps a code from becoming a number: ="220602100200"
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


def whole_text(raw: str) -> str:
    """Text sign by sign, as names and notes are kept: no surrounding blanks, no neutralising apostrophe; maybe empty.

    Parameters
    ----------
    raw
        The cell as the file has it; ``="…"``, by which a CSV keeps a code from becoming a number, loses its wrapping.

    Returns
    -------
    text
        On one line or several, a line's end always a line feed; what nobody sees inside it stays.
    """
    kept = raw.strip()
    if not kept.isprintable():
        kept = _trimmed(kept.replace("\r\n", "\n").replace("\r", "\n"))
    if kept.startswith("=") and (quoted := _TEXT_FORMULA.fullmatch(kept)):
        return quoted[1].strip()
    bare = bare_cell(kept)
    return bare if bare.isprintable() else _trimmed(bare)


def _trimmed(text: str) -> str:
    """Blanks and what programs leave behind are taken off until nothing of either is at an end."""
    while (kept := text.strip().strip(_AROUND)) != text:
        text = kept
    return text if any(_visible(sign) for sign in text) else ""


def clean_text(raw: str) -> str:
    """Text of which only what can be seen matters, as codes, numbers, days and words are read; maybe empty.

    Parameters
    ----------
    raw
        The cell as the file has it.

    Returns
    -------
    text
        As ``whole_text``, without the signs nobody sees; characters of private fonts are seen by who has the font.
    """
    seen = raw if raw.isprintable() else "".join(sign for sign in raw if sign in "\n\t" or _visible(sign))
    return whole_text(seen)


def respell_cell(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The text with what each pair's regular expression finds replaced by its other half, one after the other.

    Parameters
    ----------
    text, pairs
        The text of a cell; pairs of a regular expression and its replacement, in order.

    Returns
    -------
    text
        Maybe empty.

    Raises
    ------
    re.error
        A pair is no regular expression, or its replacement names a group that is not there.
    """
    for pattern, put in pairs:
        text = re.sub(pattern, put, text)
    return text
