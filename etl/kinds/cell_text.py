"""What a cell says before it is read as anything: cleaned, respelt, or a formula nobody has calculated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geodata.tables.spreadsheet_cell import FORMULA_SIGNS


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"}


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


def clean_text(raw: str) -> str:
    """Text as a person meant it: no surrounding or invisible characters, no neutralising apostrophe; maybe empty.

    Parameters
    ----------
    raw
        The cell as the file has it; ``="…"``, by which a CSV keeps a code from becoming a number, loses its wrapping.

    Returns
    -------
    text
        On one line or several; line ends and tabs inside stay.
    """
    kept = raw if raw.isprintable() else "".join(sign for sign in raw if sign in "\n\t" or _visible(sign))
    kept = kept.strip()
    if kept.startswith("=") and (quoted := _TEXT_FORMULA.fullmatch(kept)):
        return quoted[1].strip()
    if kept.startswith("'") and (said := kept[1:].lstrip()) and said[0] in FORMULA_SIGNS:
        return said
    return kept


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
